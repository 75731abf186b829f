import type { Page } from "../../protocol/api/list.ts";
import type { ConfigVersion } from "../../protocol/config/layers.ts";
import { Ago } from "../components/moment.tsx";
import { Panel } from "../components/panel.tsx";
import { Allowed } from "../layout/allowed.tsx";
import { useWords } from "../words/use-words.ts";

export interface ConfigHistoryProps {
  history: Page<ConfigVersion>;
  /** Where the form that goes back to a version is sent. */
  revert: string;
  /** What such a form says besides. */
  fields?: Readonly<Record<string, string>>;
  /** Address of the page, to which the cursor of older versions is added. */
  page: string;
}

/** The versions of a layer, newest first, each with the way back to it. */
export function ConfigHistory({ history, revert, fields = {}, page }: ConfigHistoryProps) {
  const { configuration: words } = useWords();
  const { items, nextCursor, total } = history;
  return (
    <Panel title={words.history} flush={items.length > 0}>
      {items.length === 0 ? (
        <p class="muted">{words.noHistory}</p>
      ) : (
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">{words.version}</th>
              <th scope="col">{words.at}</th>
              <th scope="col">{words.author}</th>
              <th scope="col">{words.changed}</th>
              <th scope="col">
                <span class="hidden-visually">{words.revert}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.version}>
                <td class="lead">
                  <span class="number">{item.version}</span>{" "}
                  {item.version === total ? <span class="badge">{words.current}</span> : null}
                  {item.revertOf === null ? null : (
                    <span class="faint"> {words.revertOf(String(item.revertOf))}</span>
                  )}
                </td>
                <td data-label={words.at}>
                  <Ago at={item.at} />
                </td>
                <td data-label={words.author}>{item.author ?? words.byJob}</td>
                <td data-label={words.changed}>
                  <Changed item={item} />
                </td>
                <td>
                  {item.version === total ? null : (
                    <Allowed to="device:write">
                      <form method="post" action={revert}>
                        {Object.entries({ ...fields, to: String(item.version) }).map(([name, value]) => (
                          <input key={name} type="hidden" name={name} value={value} />
                        ))}
                        <button
                          class="button quiet"
                          type="submit"
                          aria-label={words.revertTo(String(item.version))}
                        >
                          {words.revert}
                        </button>
                      </form>
                    </Allowed>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {nextCursor === null ? null : (
        <p class="panel-foot">
          <a class="link" href={`${page}${page.includes("?") ? "&" : "?"}before=${nextCursor}`}>
            {words.older}
          </a>
        </p>
      )}
    </Panel>
  );
}

/** Which settings a version changed, with the values it had. */
function Changed({ item }: { item: ConfigVersion }) {
  const { configuration: words } = useWords();
  return (
    <details class="config-values">
      <summary>
        {item.changed.length > 0 && item.changed.length <= 3 ? (
          <code>{item.changed.join(", ")}</code>
        ) : (
          words.changedSettings(item.changed.length)
        )}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        <code>{JSON.stringify(item.config, null, 2)}</code>
      </pre>
    </details>
  );
}
