import { ERRORS } from "../../protocol/errors.ts";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { View } from "../layout/frame.ts";
import { capital, counted } from "../words/words.ts";

/** Every error a program or a person can meet: where the `type` of a problem document leads, by its code. */
export function errorListPage(): View {
  const bySubject = Map.groupBy(Object.entries(ERRORS), ([code]) => code.split(".")[0] ?? "other");
  return {
    title: "Errors",
    section: null,
    crumbs: [{ label: "API reference", href: "/docs" }, { label: "Errors" }],
    body: (
      <>
        <PageHead
          title={`${counted(Object.keys(ERRORS).length, "error")}, each with its next step`}
          text="Codes never change their meaning. An error marked as passing may go away by itself: send the same request again later."
        />
        <div class="stack">
          {[...bySubject].map(([subject, errors]) => (
            <Panel key={subject} title={capital(subject)} note={counted(errors.length, "error")} flush>
              <div class="table-wrap">
                <table class="table cards">
                  <thead>
                    <tr>
                      <th scope="col">Code</th>
                      <th scope="col">Status</th>
                      <th scope="col">What happened</th>
                      <th scope="col">What to do</th>
                    </tr>
                  </thead>
                  <tbody>
                    {errors.map(([code, { title, hint, status, retryable }]) => (
                      <tr key={code} id={code}>
                        <td class="lead">
                          <code>{code}</code>
                        </td>
                        <td>
                          {status}
                          {retryable ? ", passing" : ""}
                        </td>
                        <td class="full">{title}</td>
                        <td class="full muted">{hint}</td>
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
  };
}
