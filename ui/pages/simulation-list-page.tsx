import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { PageHead } from "../components/page-head.tsx";
import { State } from "../components/state.tsx";
import { WithCode } from "../components/with-code.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { devicesUrl } from "../urls/device-filters.ts";
import { useWords } from "../words/use-words.ts";
import { simulationState } from "../words/words.ts";

export interface SimulationListProps {
  simulations: readonly Simulation[];
  /** Simulated devices online at sites where none was ever started from here. */
  byCommand: number;
}

/** Where simulated devices run or ran. */
export function simulationListPage({ simulations, byCommand }: SimulationListProps): LocalView {
  return (words) => {
    const { simulation } = words;
    const running = simulations.filter(({ wanted }) => wanted === "running").length;
    const title =
      running > 0
        ? simulation.running(running)
        : byCommand > 0
          ? simulation.byCommand(byCommand)
          : simulation.none;
    return {
      title,
      section: "simulation",
      crumbs: [{ label: simulation.title }],
      body: (
        <LiveRegion id="simulations">
          <PageHead title={title} actions={<Start />} />
          {byCommand === 0 ? null : <ByCommand total={byCommand} titled={running > 0} />}
          {simulations.length === 0 ? <NoSimulations /> : <SimulationTable simulations={simulations} />}
        </LiveRegion>
      ),
    };
  };
}

/** What runs besides, and why it is not in the list. */
function ByCommand({ total, titled }: { total: number; titled: boolean }) {
  const { simulation } = useWords();
  return (
    <div class="notice list-notice">
      <div>
        {titled ? (
          <p>
            <strong>{simulation.byCommand(total)}</strong>
          </p>
        ) : null}
        <p>
          <WithCode text={simulation.byCommandText} />{" "}
          <PageLink class="link" href={devicesUrl({ provenance: "simulated", connectivity: "online" })}>
            {simulation.byCommandShow}
          </PageLink>
        </p>
      </div>
    </div>
  );
}

function Start() {
  const { simulation } = useWords();
  return (
    <Allowed to="simulation:run">
      <a class="button primary" href="/simulation/start">
        <Icon name="plus" />
        {simulation.start}
      </a>
    </Allowed>
  );
}

function SimulationTable({ simulations }: { simulations: readonly Simulation[] }) {
  const words = useWords();
  const { simulation } = words;
  return (
    <div class="panel table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{simulation.site}</th>
            <th scope="col">{simulation.state}</th>
            <th scope="col">{simulation.devices}</th>
            <th scope="col">{simulation.rate}</th>
            <th scope="col">{simulation.faults}</th>
          </tr>
        </thead>
        <tbody>
          {simulations.map((one) => (
            <tr key={one.siteId}>
              <td class="lead beside">
                <PageLink class="row-link" href={`/simulation/${one.siteId}`}>
                  {one.siteName}
                </PageLink>
                <span class="cell-sub">{one.scenario?.name}</span>
              </td>
              <td class="end-phone">
                <State state={simulationState(words, one)} />
              </td>
              <td class="number" data-label={simulation.devices}>
                {one.reported === null
                  ? "–"
                  : simulation.connectedOf(one.reported.connected, one.reported.devices)}
              </td>
              <td class="number" data-label={simulation.rate}>
                {one.reported === null ? "–" : words.count(one.reported.messagesPerSecond)}
              </td>
              <td class="number" data-label={simulation.faults}>
                {words.count(one.faults.filter(({ active }) => active).length)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoSimulations() {
  const { simulation } = useWords();
  return (
    <section class="panel">
      <Empty icon="flask-conical" title={simulation.emptyTitle} text={simulation.emptyText}>
        <Start />
      </Empty>
    </section>
  );
}
