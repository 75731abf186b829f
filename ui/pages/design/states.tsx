import { useContext } from "preact/hooks";
import { CONNECTIVITIES, HEALTHS } from "../../../protocol/devices/device.ts";
import type { WallSite } from "../../../protocol/health/health.ts";
import { ClockNotice } from "../../components/clock-notice.tsx";
import { CloneNotice } from "../../components/clone-notice.tsx";
import { GatewayState } from "../../components/gateway-state.tsx";
import { GatewayVersion } from "../../components/gateway-version.tsx";
import { HealthBar } from "../../components/health-bar.tsx";
import { Mark } from "../../components/mark.tsx";
import { Now } from "../../components/moment.tsx";
import { ConnectivityState, HealthState, SimulatedBadge, State } from "../../components/state.tsx";
import { CONNECTION_KINDS, ConnectionState } from "../../islands/connection.tsx";
import { useWords } from "../../words/use-words.ts";
import { notKnown, type Shape, siteState, type Tone } from "../../words/words.ts";
import { madeUpCounts, madeUpGateways, madeUpVersions } from "./made-up.ts";
import { Section, Specimen } from "./specimen.tsx";

const SHAPES: readonly Shape[] = ["disc", "half", "ring", "dotted", "triangle", "square", "diamond"];
const TONES: readonly Tone[] = ["ok", "warning", "error", "offline", "info"];

/** Every state of everything that has one: a shape, a word, a colour. */
export function States() {
  const words = useWords();
  const { design } = words;
  const names = design.states;
  const gateways = madeUpGateways(words, useContext(Now));
  return (
    <Section id="states" title={names.title} text={names.text}>
      <Specimen name={names.marks}>
        <div class="specimen-row">
          {TONES.flatMap((tone) =>
            SHAPES.map((shape) => (
              <span key={`${tone} ${shape}`} class={`tone-${tone}`}>
                <Mark shape={shape} />
              </span>
            )),
          )}
        </div>
      </Specimen>
      <Specimen name={names.connectivity}>
        <div class="specimen-row">
          {CONNECTIVITIES.map((of) => (
            <ConnectivityState key={of} of={of} />
          ))}
          <State state={notKnown(words)} />
        </div>
      </Specimen>
      <Specimen name={names.health}>
        <div class="specimen-row">
          {HEALTHS.map((of) => (
            <HealthState key={of} of={of} />
          ))}
          <SimulatedBadge />
        </div>
      </Specimen>
      <Specimen name={names.gateways}>
        <div class="specimen-row">
          {gateways.map((gateway) => (
            <GatewayState key={gateway.id} gateway={gateway} />
          ))}
        </div>
      </Specimen>
      <Specimen name={names.sites}>
        <div class="specimen-row">
          {SITES.map((site, index) => (
            <State key={index} state={siteState(words, site)} />
          ))}
        </div>
      </Specimen>
      <Specimen name={names.line}>
        <div class="specimen-row">
          {CONNECTION_KINDS.map((kind) => (
            <ConnectionState key={kind} kind={kind} sinceMs={0} />
          ))}
        </div>
      </Specimen>
      <Specimen name={names.bars}>
        <div class="specimen-row">
          <HealthBar devices={madeUpCounts()} />
          <HealthBar devices={madeUpCounts({ connectivity: ALL_ONLINE, health: ALL_WELL })} />
          <HealthBar devices={madeUpCounts({ connectivity: { ...ALL_ONLINE, online: 0, offline: 20 } })} />
        </div>
      </Specimen>
      <Specimen name={names.versions}>
        <div class="specimen-row">
          {madeUpVersions(gateways[0]!).map((gateway, index) => (
            <span key={index}>
              <GatewayVersion gateway={gateway} newest="1.1.0" />
            </span>
          ))}
        </div>
      </Specimen>
      <Specimen name={names.clock}>
        <ClockNotice gateway={gateways[0]!} />
      </Specimen>
      <Specimen name={names.clone}>
        <CloneNotice gateway={{ clonedAt: gateways[0]!.lastSeenAt, revoked: false }} />
      </Specimen>
    </Section>
  );
}

const ALL_ONLINE = { online: 20, late: 0, offline: 0, never: 0 };
const ALL_WELL = { healthy: 20, warning: 0, error: 0, maintenance: 0, unknown: 0 };
const here = { id: "", connected: true, lastSeenAt: null };
const well = madeUpCounts({ connectivity: ALL_ONLINE, health: ALL_WELL });

/** A site of each state, the worst first. */
const SITES: readonly Pick<WallSite, "devices" | "gateway">[] = [
  { gateway: here, devices: { ...well, health: { ...ALL_WELL, error: 1 } } },
  { gateway: { ...here, connected: false }, devices: well },
  { gateway: here, devices: { ...well, connectivity: { ...ALL_ONLINE, offline: 1 } } },
  { gateway: here, devices: { ...well, health: { ...ALL_WELL, warning: 1 } } },
  { gateway: here, devices: { ...well, connectivity: { ...ALL_ONLINE, late: 1 } } },
  { gateway: null, devices: well },
  { gateway: here, devices: { ...well, connectivity: { ...ALL_ONLINE, never: 1 } } },
  { gateway: here, devices: { ...well, total: 0 } },
  { gateway: here, devices: well },
];
