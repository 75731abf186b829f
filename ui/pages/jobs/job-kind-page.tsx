import { JOB_KIND_NAMES, JOB_KINDS, type JobKind } from "../../../protocol/jobs/job-kinds.ts";
import { PageHead } from "../../components/page-head.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { useWords } from "../../words/use-words.ts";
import { NoGateways } from "../no-gateways.tsx";

/** What a job is to be run on, as the form for it begins: lists with commas, and the address of a list of devices. */
export interface JobFormTargets {
  devices: string;
  sites: string;
  gateways: string;
  filter: string;
}

/** Which kind of job it is to be, of those that can be run on what was chosen before. Without a gateway: the way to one. */
export function jobKindPage({
  targets,
  hasGateways,
}: {
  targets: JobFormTargets;
  hasGateways: boolean;
}): LocalView {
  return ({ jobs, jobForm }) => ({
    title: jobForm.choose,
    section: "jobs",
    crumbs: [{ label: jobs.title, href: "/jobs" }, { label: jobForm.title }],
    body: (
      <>
        <PageHead title={jobForm.choose} />
        {hasGateways ? (
          <Kinds targets={targets} />
        ) : (
          <NoGateways title={jobForm.noGateways} text={jobForm.noGatewaysText} />
        )}
      </>
    ),
  });
}

/** A form, since an address has no room for hundreds of devices. */
function Kinds({ targets }: { targets: JobFormTargets }) {
  const { jobs, jobForm } = useWords();
  return (
    <form method="post" action="/jobs/new/targets">
      {Object.entries(targets).map(([name, value]) =>
        value === "" ? null : <input key={name} type="hidden" name={`targets.${name}`} value={value} />,
      )}
      <ul class="job-kinds">
        {JOB_KIND_NAMES.filter((kind) => fits(kind, targets)).map((kind) => (
          <li key={kind}>
            <button class="choice" type="submit" name="kind" value={kind}>
              <strong>{jobs.kinds[kind]}</strong>
              <span class="muted">{jobForm.about[kind]}</span>
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}

function fits(kind: JobKind, { devices, gateways, filter }: JobFormTargets): boolean {
  const { subject } = JOB_KINDS[kind];
  if (gateways !== "" && subject === "device") return false;
  return devices + filter === "" || subject !== "gateway";
}
