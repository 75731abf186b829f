import type { Page } from "../../protocol/api/list.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import { Empty } from "../components/empty.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Panel } from "../components/panel.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { jobsUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { deviceSentence } from "../words/words.ts";
import { DeviceHead } from "./device-head.tsx";
import { JobTable } from "./jobs/job-table.tsx";

interface Props {
  device: DeviceDetail;
  /** Those that have or had it among their targets, newest first. */
  jobs: Page<Job>;
}

/** What was and is to be done on a device. */
export function deviceJobsPage(props: Props): LocalView {
  const { device } = props;
  return (words) => ({
    title: deviceSentence(words, device.name, device, device.gatewayConnected),
    section: "devices",
    crumbs: [
      { label: words.frame.sections.sites, href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name, href: `/devices/${device.id}` },
      { label: words.jobs.title },
    ],
    body: (
      <LiveRegion id="device">
        <DeviceHead device={device} tab="jobs" />
        <JobsOf {...props} />
      </LiveRegion>
    ),
  });
}

function JobsOf({ device, jobs: { items, total } }: Props) {
  const { jobs } = useWords();
  if (items.length === 0)
    return (
      <section class="panel">
        <Empty icon="list-checks" title={jobs.noneYet} text={jobs.emptyText}>
          <Allowed to="job:run">
            <a class="button" href={`/jobs/new?devices=${device.id}`}>
              {jobs.runHere}
            </a>
          </Allowed>
        </Empty>
      </section>
    );
  const all =
    items.length < total ? <a href={jobsUrl({ device: device.id })}>{jobs.counted(total)}</a> : null;
  return (
    <Panel title={jobs.title} flush actions={all}>
      <JobTable jobs={items} />
    </Panel>
  );
}
