import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { hasEnded, isFailure } from "../../protocol/jobs/job-machine.ts";
import { PageLink } from "../layout/page-link.tsx";
import { useWords } from "../words/use-words.ts";

/** What runs on a gateway; below it how its update is, or that there is something newer. */
export function GatewayVersion({ gateway, newest }: { gateway: Gateway; newest: string | null }) {
  const { gateways: words } = useWords();
  const { version, update } = gateway;
  const isBehind = newest !== null && version !== null && version !== newest;
  return (
    <>
      <span class="mono">{version ?? ""}</span>
      {update !== null && (!hasEnded(update.state) || (isBehind && isFailure(update.state))) ? (
        <UpdateLink update={update} />
      ) : isBehind && !gateway.revoked ? (
        <span class="cell-sub">{words.newer(newest)}</span>
      ) : null}
    </>
  );
}

/** How the update is, and the way to all that is known of it. */
function UpdateLink({ update }: { update: NonNullable<Gateway["update"]> }) {
  const { gateways: words } = useWords();
  const failed = isFailure(update.state);
  const says = failed
    ? words.updateFailed
    : update.state === "running"
      ? words.updating(update.percent)
      : words.updateWaits;
  return (
    <span class={failed ? "cell-sub tone-warning" : "cell-sub"} title={update.reason ?? update.message ?? ""}>
      <PageLink class="link above" href={`/jobs/${update.jobId}/executions/${update.executionId}`}>
        {says}
      </PageLink>
    </span>
  );
}
