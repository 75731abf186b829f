import { Mark } from "../../components/mark.tsx";
import { Ago } from "../../components/moment.tsx";
import { useWords } from "../../words/use-words.ts";
import { connectivityState, formatValue, metricName } from "../../words/words.ts";
import type { LocalDevice } from "./local-status.ts";

/** More than this nobody reads on a phone; the dashboard has them all. */
const SHOWN = 100;

/** Which device is there, when it was heard, and what it last said. Those that are away come first. */
export function LocalDevices({ devices }: { devices: readonly LocalDevice[] }) {
  const { localStatus } = useWords();
  if (devices.length === 0) return null;
  const ordered = devices.toSorted((one, other) => rank(one) - rank(other));
  return (
    <section class="local-devices" aria-labelledby="devices">
      <h2 id="devices">{localStatus.devices}</h2>
      <ul>
        {ordered.slice(0, SHOWN).map((device) => (
          <Device key={device.key} device={device} />
        ))}
      </ul>
      {ordered.length > SHOWN ? <p class="muted">{localStatus.moreDevices(ordered.length - SHOWN)}</p> : null}
    </section>
  );
}

function rank({ connectivity }: LocalDevice): number {
  return connectivity === "online" ? 1 : 0;
}

function Device({ device }: { device: LocalDevice }) {
  const words = useWords();
  const { localStatus, states } = words;
  const { word, tone, shape } = connectivityState(words, device.connectivity);
  return (
    <li>
      <div class="local-device">
        <b>{device.key}</b>
        <span class={`state colored tone-${tone}`}>
          <Mark shape={shape} />
          {word}
        </span>
        {device.simulated ? <span class="badge">{states.simulated}</span> : null}
        <span class="muted">
          {device.lastHeardMs === null
            ? localStatus.neverHeard
            : localStatus.heard(<Ago at={device.lastHeardMs} />)}
        </span>
      </div>
      {device.values.length === 0 ? null : (
        <dl aria-label={localStatus.values}>
          {device.values.map(({ metric, value }) => (
            <div key={metric}>
              <dt>{metricName(words, metric)}</dt>
              <dd>{formatValue(words, value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
