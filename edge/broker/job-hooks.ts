import type { Client } from "aedes";
import { filterMatches } from "../../protocol/topics/filter.ts";
import type { AnsweredJobs } from "./inbox.ts";

/** What `edge/jobs` hears of the broker. */
export interface JobHooks extends AnsweredJobs {
  /** A device has logged in, and its session with what it had subscribed to is there again. */
  connected(device: string): void;
}

/** Whether a connected client has subscribed to a topic. aedes keeps its filters at the client, also those of a resumed session. */
export function clientHears(client: Client, topic: string): boolean {
  const { subscriptions = {} } = client as { subscriptions?: Record<string, unknown> };
  return Object.keys(subscriptions).some((filter) => filterMatches(filter, topic));
}
