import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { sameJson } from "../../protocol/json.ts";
import { State } from "../components/state.tsx";
import { useWords } from "../words/use-words.ts";
import type { StateWords } from "../words/words.ts";

/** What is wanted of a device beside what it reports, setting by setting; what differs first. */
export function ConfigDiff({ config: { desired, reported, origins } }: Pick<DeviceDetail, "config">) {
  const words = useWords();
  const { configuration, devices } = words;
  const [wanted, has] = [desired?.config ?? {}, reported?.config ?? {}];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(has)])].sort();
  const rows = keys.map((key) => ({ key, same: isSame(wanted, has, key) }));
  const version = (of: { version: number } | null) =>
    of === null ? null : <span class="faint number"> {devices.version(String(of.version))}</span>;
  return (
    <table class="table cards config-diff">
      <thead>
        <tr>
          <th scope="col">{configuration.setting}</th>
          <th scope="col">
            {devices.wanted}
            {version(desired)}
          </th>
          <th scope="col">
            {devices.reported}
            {version(reported)}
          </th>
          <th scope="col">{configuration.from}</th>
          <th scope="col">{configuration.state}</th>
        </tr>
      </thead>
      <tbody>
        {rows
          .toSorted((one, other) => Number(one.same) - Number(other.same))
          .map(({ key }) => {
            const origin = origins[key];
            return (
              <tr key={key}>
                <td class="lead">
                  <code>{key}</code>
                </td>
                <td data-label={devices.wanted}>
                  <Value of={wanted} name={key} />
                </td>
                <td data-label={devices.reported}>
                  <Value of={has} name={key} />
                </td>
                <td data-label={configuration.from}>
                  {origin === undefined || !Object.hasOwn(wanted, key) ? "–" : configuration.levels[origin]}
                </td>
                <td data-label={configuration.state}>
                  <State state={stateOf(words.configuration, wanted, has, key)} />
                </td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

function Value({ of, name }: { of: ConfigValues; name: string }) {
  const { configuration } = useWords();
  if (!Object.hasOwn(of, name)) return <span class="faint">{configuration.nothing}</span>;
  return <code>{JSON.stringify(of[name])}</code>;
}

function isSame(wanted: ConfigValues, has: ConfigValues, key: string): boolean {
  return Object.hasOwn(wanted, key) && Object.hasOwn(has, key) && sameJson(wanted[key], has[key]);
}

function stateOf(
  words: { same: string; differs: string; unreported: string; unwanted: string },
  wanted: ConfigValues,
  has: ConfigValues,
  key: string,
): StateWords {
  if (!Object.hasOwn(wanted, key)) return { shape: "dotted", word: words.unwanted, tone: "offline" };
  if (!Object.hasOwn(has, key)) return { shape: "half", word: words.unreported, tone: "warning" };
  if (isSame(wanted, has, key)) return { shape: "disc", word: words.same, tone: "ok" };
  return { shape: "triangle", word: words.differs, tone: "warning" };
}
