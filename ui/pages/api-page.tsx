import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { View } from "../layout/frame.ts";
import { capital, counted } from "../words/words.ts";

/** As much of an OpenAPI 3.1 document as the page shows. */
export interface ApiDocument {
  info: { version: string };
  paths: Record<string, Record<string, ApiOperation>>;
}

interface ApiOperation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
}

interface Row extends ApiOperation {
  method: string;
  path: string;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The addresses of the API by subject, each with what it is for. The document itself has the bodies. */
export function apiPage({ document }: { document: ApiDocument }): View {
  const bySubject = new Map<string, Row[]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const subject = operation.tags?.[0] ?? "other";
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), { ...operation, method, path }]);
    }
  }
  const total = [...bySubject.values()].reduce((sum, rows) => sum + rows.length, 0);
  return {
    title: "API reference",
    section: null,
    crumbs: [{ label: "API reference" }],
    body: (
      <>
        <PageHead
          title={`${counted(total, "operation")}, one document`}
          text={
            <>
              JSON in and out, errors as RFC 9457 problems,{" "}
              <a class="link" href="/docs/errors">
                each with its next step
              </a>
              . Bodies and answers are in the OpenAPI 3.1 document,{" "}
              <a class="link" href="/api/v1/openapi.json" hx-boost="false">
                /api/v1/openapi.json
              </a>
              , which any OpenAPI tool reads. Programs send <code>Authorization: Bearer TOKEN</code>; log-in
              gives a token.
            </>
          }
        />
        <div class="stack">
          {[...bySubject].map(([subject, rows]) => (
            <Panel key={subject} title={capital(subject)} note={counted(rows.length, "operation")} flush>
              <Operations rows={rows} />
            </Panel>
          ))}
        </div>
      </>
    ),
  };
}

function Operations({ rows }: { rows: readonly Row[] }) {
  return (
    <div class="table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.method} ${row.path}`}>
              <td class="lead">
                <code>
                  <strong>{row.method.toUpperCase()}</strong> {row.path}
                </code>
              </td>
              <td class="full">
                {row.summary ?? ""}
                {row.security?.length === 0 ? <span class="faint"> · without log-in</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
