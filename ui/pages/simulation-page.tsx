import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { FieldError } from "../../protocol/errors.ts";
import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { DeviceTable } from "../components/device-table.tsx";
import { Dialog, DialogClose } from "../components/dialog.tsx";
import { Facts } from "../components/facts.tsx";
import type { FormTrouble } from "../components/field.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Mark } from "../components/mark.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { SimulatedBadge, State } from "../components/state.tsx";
import { WithCode } from "../components/with-code.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { devicesUrl } from "../urls/device-filters.ts";
import { useWords } from "../words/use-words.ts";
import { simulationSentence, simulationState } from "../words/words.ts";
import { type FaultValues, InjectFault, SimulationFaults } from "./simulation-faults.tsx";

export interface SimulationPageProps {
  simulation: Simulation;
  /** Its devices, the first of them; null for who may not see them. */
  devices: Page<Device> | null;
  /** Simulated devices online where none was ever started from here. */
  byCommand: number;
  values: FaultValues;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** One site's simulation: how its devices do, what is wrong with them, and what else shall be. */
export function simulationPage({ simulation, devices, byCommand, ...form }: SimulationPageProps): LocalView {
  return (words) => {
    const title = simulationSentence(words, simulation, byCommand);
    const running = simulation.wanted === "running";
    return {
      title,
      section: "simulation",
      crumbs: [{ label: words.simulation.title, href: "/simulation" }, { label: simulation.siteName }],
      body: (
        <div class="stack">
          <LiveRegion id="simulation">
            <PageHead
              title={title}
              facts={<HeadFacts simulation={simulation} byCommand={byCommand} />}
              actions={
                <Allowed to="simulation:run">
                  {running ? <Stop simulation={simulation} /> : null}
                  {running ? (
                    <a class="button" href="#inject">
                      {words.simulation.inject}
                    </a>
                  ) : null}
                  <a class="button" href={`/simulation/start?site=${simulation.siteId}`}>
                    {running ? words.simulation.startAt(simulation.siteName) : words.simulation.start}
                  </a>
                </Allowed>
              }
            />
            <div class="stack">
              {byCommand === 0 ? null : <ByCommand />}
              <About simulation={simulation} />
              {running ? <SimulationFaults simulation={simulation} /> : null}
              {devices === null || devices.total === 0 ? null : (
                <Devices simulation={simulation} devices={devices} />
              )}
            </div>
          </LiveRegion>
          {running ? (
            <Allowed to="simulation:run">
              <InjectFault simulation={simulation} {...form} />
            </Allowed>
          ) : null}
        </div>
      ),
    };
  };
}

/** Why what runs is not stopped from here. */
function ByCommand() {
  return (
    <div class="notice">
      <p>
        <WithCode text={useWords().simulation.byCommandText} />
      </p>
    </div>
  );
}

function HeadFacts({ simulation, byCommand }: Pick<SimulationPageProps, "simulation" | "byCommand">) {
  const words = useWords();
  return (
    <>
      <State state={simulationState(words, simulation, byCommand)} />
      <a href={`/sites/${simulation.siteId}`}>{simulation.siteName}</a>
      <SimulatedBadge />
    </>
  );
}

function About({
  simulation: { scenario, reported, startedAt, startedBy, gatewayConnected },
}: {
  simulation: Simulation;
}) {
  const words = useWords();
  const { simulation } = words;
  const trouble = reported?.trouble ?? null;
  return (
    <>
      {gatewayConnected ? null : (
        <div class="notice offline tone-offline">
          <Mark shape="ring" />
          <p>{simulation.gatewayAway}</p>
        </div>
      )}
      {trouble === null ? null : (
        <div class="notice warning tone-warning">
          <Mark shape="triangle" />
          <div>
            <p>
              <strong>{simulation.trouble}</strong>
            </p>
            <p>{trouble}</p>
          </div>
        </div>
      )}
      {scenario === null ? null : (
        <Panel title={scenario.name}>
          <Facts
            facts={[
              [
                simulation.devices,
                reported === null
                  ? words.count(scenario.devices.reduce((sum, group) => sum + group.count, 0))
                  : simulation.connectedOf(reported.connected, reported.devices),
              ],
              [simulation.rate, reported === null ? null : words.count(reported.messagesPerSecond)],
              [simulation.messages, reported === null ? null : words.count(reported.messages)],
              [simulation.seed, String(scenario.seed)],
              [
                simulation.started,
                startedAt === null ? null : startedBy === null ? (
                  <Ago at={startedAt} />
                ) : (
                  simulation.startedBy(<Ago at={startedAt} />, startedBy)
                ),
              ],
              [simulation.told, reported === null ? null : <Ago at={reported.at} />],
            ]}
          />
        </Panel>
      )}
    </>
  );
}

function Devices({ simulation, devices }: { simulation: Simulation; devices: Page<Device> }) {
  const { simulation: words } = useWords();
  return (
    <Panel
      title={words.devices}
      flush
      actions={
        <a href={devicesUrl({ site: simulation.siteId, provenance: "simulated" })}>
          {devices.items.length < devices.total
            ? `${words.allDevices} (${words.shown(devices.items.length, devices.total)})`
            : words.allDevices}
        </a>
      }
    >
      <DeviceTable devices={devices.items} withSite={false} />
    </Panel>
  );
}

/** Stops at once, and takes the devices along when that is ticked. */
function Stop({ simulation }: { simulation: Simulation }) {
  const { frame, simulation: words } = useWords();
  return (
    <>
      <button class="button above" type="button" popovertarget="stop">
        {words.stop}
      </button>
      <Dialog id="stop" title={words.stopQuestion(simulation.siteName)} text={words.stopText}>
        <form method="post" action={`/simulation/${simulation.siteId}/stop`}>
          <label class="check">
            <input type="checkbox" name="removeDevices" value="yes" />
            {words.removeDevices}
          </label>
          <div class="actions">
            <button class="button danger" type="submit">
              {words.stopVerb}
            </button>
            <DialogClose of="stop" label={frame.keepIt} first />
          </div>
        </form>
      </Dialog>
    </>
  );
}
