import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { LocalView } from "../layout/frame.ts";
import { capital } from "../words/words.ts";
import { type ApiOperation, Operation } from "./api-operation.tsx";
import type { Schemas } from "./api-shape.ts";

/** As much of an OpenAPI 3.1 document as the page shows. */
export interface ApiDocument {
  info: { version: string };
  paths: Record<string, Record<string, ApiOperation>>;
  components?: { schemas?: Schemas };
}

interface Listed extends ApiOperation {
  method: string;
  path: string;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every address of the API by subject, each to be opened for what it takes, gives and refuses. */
export function apiPage({ document }: { document: ApiDocument }): LocalView {
  const bySubject = subjectsOf(document);
  const schemas = document.components?.schemas ?? {};
  const total = [...bySubject.values()].reduce((sum, operations) => sum + operations.length, 0);
  return ({ reference, design }) => ({
    title: reference.title,
    section: null,
    crumbs: [{ label: reference.title }],
    body: (
      <>
        <PageHead
          title={reference.oneDocument(total)}
          text={reference.text({
            errors: (
              <a class="link" href="/docs/errors">
                {reference.eachError}
              </a>
            ),
            document: (
              <a class="link" href="/api/v1/openapi.json" hx-boost="false">
                <code>/api/v1/openapi.json</code>
              </a>
            ),
            header: <code>Authorization: Bearer TOKEN</code>,
          })}
          actions={
            <a class="button quiet" href="/design">
              {design.crumb}
            </a>
          }
        />
        <nav class="subjects" aria-label={reference.subjects}>
          {[...bySubject].map(([subject, operations]) => (
            <a key={subject} class="button quiet" href={`#${subject}`}>
              {capital(subject)} <span class="faint number">{operations.length}</span>
            </a>
          ))}
        </nav>
        <div class="stack">
          {[...bySubject].map(([subject, operations]) => (
            <Panel
              key={subject}
              id={subject}
              title={capital(subject)}
              note={reference.countedOperations(operations.length)}
              flush
            >
              {operations.map((operation) => (
                <Operation
                  key={`${operation.method} ${operation.path}`}
                  {...{ operation, schemas }}
                  method={operation.method}
                  path={operation.path}
                />
              ))}
            </Panel>
          ))}
        </div>
      </>
    ),
  });
}

function subjectsOf({ paths }: ApiDocument): Map<string, Listed[]> {
  const listed = Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      return operation === undefined ? [] : [{ ...operation, method, path }];
    }),
  );
  return Map.groupBy(listed, ({ tags }) => tags?.[0] ?? "other");
}
