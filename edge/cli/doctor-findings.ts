import { type Finding, fine, problem, warning } from "../diagnosis/diagnosis.ts";
import type { StatusReport } from "./status-report.ts";

/** What the report of a gateway comes to: for `doctor`. */

export function examineGateway({ running, version, broker, devices }: StatusReport): Finding {
  if (!running) {
    return problem(
      "gateway",
      "it does not run",
      "Start it with `systemctl start homepot-edge`, or `homepot-edge run`.",
    );
  }
  if (!broker.reachable) {
    const advice = "See the gateway's log for why it does not listen: `homepot-edge logs`.";
    return problem("gateway", `it runs, and takes no connections at ${broker.listen}`, advice);
  }
  const says = `version ${version} runs and takes connections at ${broker.listen}; ${devices.online} of ${devices.count} devices online`;
  return fine("gateway", says);
}

const counted = (total: number, one: string): string => `${total} ${total === 1 ? one : `${one}s`}`;

export function examineCloud({ enrolment, uplink, waiting }: StatusReport): Finding {
  if (enrolment === null) {
    const advice = "Make a claim code in the dashboard, then `homepot-edge enroll --cloud URL --claim CODE`.";
    return warning("cloud", "the gateway is not enrolled: it serves its site, and tells nobody", advice);
  }
  const { urgent, bulk } = waiting;
  const behind = `${counted(urgent, "event")} and ${counted(bulk, "chunk")} of telemetry wait for it`;
  if (uplink === null) return warning("cloud", behind, "They are sent when the gateway runs.");
  if (uplink.state === "connected") return fine("cloud", `connected since ${uplink.since}; ${behind}`);
  const { reason } = uplink;
  const why = reason === null ? "" : ` (${reason.title}: ${reason.detail})`;
  const says = `${uplink.state} since ${uplink.since}${why}; ${behind}`;
  const advice = reason?.hint ?? "It is tried again by itself; nothing is lost meanwhile.";
  return uplink.state === "refused" ? problem("cloud", says, advice) : warning("cloud", says, advice);
}

export function examineRejected({ rejected }: StatusReport): Finding {
  const [newest] = rejected.newest;
  if (newest === undefined) return fine("messages", "none was refused");
  const says = `${counted(rejected.total, "message")} ${rejected.total === 1 ? "was" : "were"} refused, the newest at ${newest.at} on ${newest.topic} (${newest.code}: ${newest.reason})`;
  return warning(
    "messages",
    says,
    "Correct what the device sends; `homepot-edge status` shows the newest few.",
  );
}
