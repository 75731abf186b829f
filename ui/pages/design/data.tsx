import { useContext } from "preact/hooks";
import { BUILT_IN_ROLES, ROLE_ABOUT, ROLE_PERMISSIONS } from "../../../protocol/accounts/role.ts";
import { toTimestamp } from "../../../protocol/api/list.ts";
import { DAY, HOUR, MINUTE } from "../../../protocol/units.ts";
import { sparklinePath } from "../../charts/charts.ts";
import { ActivityList } from "../../components/activity-list.tsx";
import { ResultLine } from "../../components/chips.tsx";
import { DeviceTable } from "../../components/device-table.tsx";
import { Facts } from "../../components/facts.tsx";
import { LeftOut } from "../../components/left-out.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago, BothTimes, Lasting, LocalTime, Now, ReaderZone, YourTime } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Panel } from "../../components/panel.tsx";
import { PermissionMatrix } from "../../components/permission-matrix.tsx";
import { Reason } from "../../components/reason.tsx";
import { RolloutBar } from "../../components/rollout-bar.tsx";
import { RowDeeds } from "../../components/row-deeds.tsx";
import { TableHead } from "../../components/table-head.tsx";
import { Told } from "../../components/told.tsx";
import { Island } from "../../islands/island.tsx";
import { SampleChart } from "../../islands/telemetry/sample-chart.tsx";
import { Sparkline } from "../../islands/telemetry/sparkline.tsx";
import { Brand } from "../../layout/brand.tsx";
import { useWords } from "../../words/use-words.ts";
import { madeUpActivity, madeUpDevices, madeUpMarks, madeUpRollout, madeUpSeries } from "./made-up.ts";
import { Section, Specimen } from "./specimen.tsx";

/** What records, times and measurements are shown in. */
export function Data() {
  const words = useWords();
  const nowMs = useContext(Now);
  const { data: names, samples } = words.design;
  const points = madeUpSeries(nowMs);
  const path = sparklinePath(points, { fromMs: nowMs - DAY, toMs: nowMs }, HOUR);
  const roles = BUILT_IN_ROLES.map((id) => ({
    ...{ id, name: id, description: ROLE_ABOUT[id], permissions: [...ROLE_PERMISSIONS[id]], builtIn: true },
    ...{ members: 0, invitations: 0, createdAt: null, updatedAt: null },
  }));
  return (
    <Section id="data" title={names.title} text={names.text}>
      <Specimen name={names.head}>
        <LiveRegion id="region">
          <PageHead
            title={samples.long}
            text={samples.reason}
            facts={<Ago at={nowMs - HOUR} />}
            actions={
              <button class="button" type="button">
                {samples.verb}
              </button>
            }
          />
        </LiveRegion>
        <Brand />
      </Specimen>
      <Specimen name={names.panel}>
        <Panel title={samples.site} note={samples.tag}>
          <LeftOut text={samples.reason} action={samples.verb} href="#data" />
          <Facts
            facts={[
              [samples.device, samples.site],
              [samples.tag, samples.long],
              [samples.verb, <Told key="told" value={{ setpoint: 21, fan: true }} />],
              [words.jobs.reason, <Reason key="why" of={samples.reason} by="platform" />],
              [names.times, <Ago key="ago" at={nowMs - 12 * MINUTE} />],
              [words.gateways.connectedFor, <Lasting key="lasting" since={toTimestamp(nowMs - 2 * HOUR)} />],
              [
                names.there,
                <span key="there">
                  <ReaderZone.Provider value="Europe/Lisbon">
                    <LocalTime timeZone="Europe/Warsaw" /> <YourTime timeZone="Europe/Warsaw" />{" "}
                    <BothTimes at={toTimestamp(nowMs)} timeZone="Europe/Warsaw" />
                  </ReaderZone.Provider>
                </span>,
              ],
            ]}
          />
        </Panel>
      </Specimen>
      <Specimen name={names.table} wide>
        <ResultLine
          chips={[{ key: "site", label: words.devices.chip("site", samples.site), without: "/design" }]}
          count={words.devices.found(1_204)}
        />
        <div class="panel">
          <DeviceTable
            devices={madeUpDevices(words, nowMs)}
            withSite
            pickFor="bulk"
            sorting={{ sort: "name", url: () => "/design" }}
          />
        </div>
        <div class="panel table-wrap">
          <table class="table cards">
            <TableHead columns={[words.devices.device, words.devices.site]} deeds={samples.verb} />
            <tbody>
              <tr>
                <td class="lead beside">
                  <a class="row-link" href="#data">
                    {samples.device}
                  </a>
                  <RowDeeds
                    actions={[{ href: "#data", icon: "pencil", label: words.lists.edit(samples.device) }]}
                  />
                </td>
                <td>{samples.site}</td>
                <td class="end">
                  <button class="button quiet" type="button">
                    {samples.verb}
                  </button>
                </td>
              </tr>
            </tbody>
          </table>
        </div>
        <Pager after={20} shown={20} total={1_204} next="/design" first="/design" />
      </Specimen>
      <Specimen name={names.loading} wide>
        <div class="panel" aria-busy="true">
          <DeviceTable devices={madeUpDevices(words, nowMs).slice(0, 3)} withSite />
        </div>
      </Specimen>
      <Specimen name={names.activity}>
        <div class="panel">
          <ActivityList items={madeUpActivity(words, nowMs)} />
        </div>
      </Specimen>
      <Specimen name={names.sparkline}>
        <Sparkline path={path} />
      </Specimen>
      <Specimen name={names.chart} live>
        <Island
          name="sample-chart"
          of={SampleChart}
          props={{ points, toMs: nowMs, marks: madeUpMarks(words, nowMs) }}
        />
      </Specimen>
      <Specimen name={names.chartLoading}>
        <SampleChart points={[]} toMs={nowMs} waiting={{ kind: "loading" }} />
      </Specimen>
      <Specimen name={names.chartFailed}>
        <SampleChart points={[]} toMs={nowMs} waiting={{ kind: "failed", why: samples.reason }} />
      </Specimen>
      <Specimen name={names.chartEmpty}>
        <SampleChart points={[]} toMs={nowMs} />
      </Specimen>
      <Specimen name={names.rollout} wide>
        <RolloutBar {...madeUpRollout(words)} />
        <RolloutBar {...madeUpRollout(words)} segments={null} small />
      </Specimen>
      <Specimen name={names.matrix} wide>
        <PermissionMatrix roles={roles} />
      </Specimen>
    </Section>
  );
}
