import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { WithCode } from "../components/with-code.tsx";
import type { LocalView } from "../layout/frame.ts";

/** Every error a program or a person can meet: where the `type` of a problem document leads, by its code. */
export function errorListPage(): LocalView {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const bySubject = Map.groupBy(codes, (code) => code.split(".")[0] ?? "other");
  return ({ reference, errors: words }) => ({
    title: reference.errors,
    section: null,
    crumbs: [{ label: reference.title, href: "/docs" }, { label: reference.errors }],
    body: (
      <>
        <PageHead title={reference.errorsTitle(codes.length)} text={reference.errorsText} />
        <div class="stack">
          {[...bySubject].map(([subject, errors]) => (
            <Panel key={subject} title={subject} note={reference.countedErrors(errors.length)} flush>
              <div class="table-wrap">
                <table class="table cards">
                  <thead>
                    <tr>
                      <th scope="col">{reference.code}</th>
                      <th scope="col">{reference.status}</th>
                      <th scope="col">{reference.happened}</th>
                      <th scope="col">{reference.toDo}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {errors.map((code) => (
                      <tr key={code} id={code}>
                        <td class="lead">
                          <code>{code}</code>
                        </td>
                        <td>
                          {ERRORS[code].status}
                          {ERRORS[code].retryable ? reference.passing : ""}
                        </td>
                        <td class="full">{words[code].title}</td>
                        <td class="full muted">
                          <WithCode text={words[code].hint} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Panel>
          ))}
        </div>
      </>
    ),
  });
}
