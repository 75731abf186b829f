import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import { PageLink } from "../../layout/page-link.tsx";
import { useWords } from "../../words/use-words.ts";

/** To the device itself, or to the gateways. */
export function TargetLink({ target }: { target: JobExecution["target"] }) {
  const { jobs } = useWords();
  return target.kind === "device" ? (
    <PageLink class="link above" href={`/devices/${target.id}`}>
      {jobs.lookAtDevice}
    </PageLink>
  ) : (
    <PageLink class="link above" href={`/gateways/${target.id}`}>
      {jobs.lookAtGateway}
    </PageLink>
  );
}
