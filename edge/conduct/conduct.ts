import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { type Conduct, DATED_WRONG_MS } from "../../protocol/devices/conduct.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { deviceCommand } from "../../protocol/jobs/device-command.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { ConductStore } from "./store.ts";
import { Watched } from "./watched.ts";

/**
 * How the site's devices behave: whether what they send can be understood, is dated as it should be, and whether they
 * answer in time, for which those that listen for commands are asked with `ping` every now and then.
 *
 * Promises: the cloud is told when it changes, however much a device sends, a few times a minute at most and in the end
 * every hour; what was told is known after a restart, and is taken back when its cause has gone. It never refuses
 * anything, and it costs a device that behaves nothing but a look.
 */
export interface Conducts {
  start(): void;
  stop(): void;
  /** A message of the device was understood. */
  understood(device: string, topic: string): void;
  /** A message of the device was refused; an empty topic where it is not known. */
  refused(device: string, topic: string, refusal: Refusal): void;
  /** The newest reading of a message is dated so far ahead of its arrival, ms. */
  dated(device: string, aheadMs: number): void;
  /** It has connected, or subscribed to something. */
  came(device: string): void;
  /** Whether this is an answer to a question of ours, which is taken then. */
  answered(device: string, execution: string): boolean;
  /** Tells the cloud all that is amiss, told before or not. Within the caller's transaction. */
  announce(): void;
}

export interface ConductsParts {
  db: EdgeDatabase;
  uplog: Uplog;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  /** How often devices are asked, ms; 0: never. */
  askEveryMs: number;
  hasDevice(device: string): boolean;
  /** Whether it listens for commands now. */
  hears(device: string): boolean;
  /** Whether it works at something that it was told to do. */
  isBusy(device: string): boolean;
  ask(device: string, execution: string, payload: string): Promise<void>;
}

const LOOK_EVERY_MS = SECOND;
/** Begins the ids of our questions. Those of jobs are UUIDs. */
const QUESTION = "gateway-asks-";
/** A device with a slow clock of its own must not refuse it for that. */
const DEADLINE_MS = 10 * MINUTE;

export function createConducts(parts: ConductsParts): Conducts {
  const { db, uplog, commit, clock, log, askEveryMs } = parts;
  const store = new ConductStore(db.sqlite);
  const watched = new Map<string, Watched>();
  let questions = 0;
  let cancel = (): void => undefined;

  const watch = (device: string): Watched => {
    const known = watched.get(device);
    if (known !== undefined) return known;
    const added = new Watched(askEveryMs, clock.monotonicMs());
    watched.set(device, added);
    return added;
  };

  const write = (device: string, conduct: Conduct): void => {
    store.set(device, Object.keys(conduct).length === 0 ? null : conduct);
    uplog.append(toEntry({ kind: "device.conduct", device, ...conduct }, clock.nowMs()));
  };

  const tell = (news: readonly { device: string; of: Watched; conduct: Conduct }[]): void => {
    if (news.length === 0) return;
    const nowMs = clock.monotonicMs();
    for (const { of, conduct } of news) of.tell(conduct, nowMs);
    const told = commit.run(() => {
      for (const { device, conduct } of news) if (parts.hasDevice(device)) write(device, conduct);
    });
    // Safe to go on: what the cloud has is older, and the next change is told again.
    told.catch((error: unknown) => log.warn("how devices behave could not be noted", { error }));
  };

  const ask = (device: string, { answers }: Watched, nowMs: number): void => {
    if (answers.isWaiting) {
      if (parts.isBusy(device)) answers.disturbed();
      if (parts.hears(device)) answers.waited(nowMs);
      return;
    }
    if (!answers.isDue(nowMs) || !parts.hears(device) || parts.isBusy(device)) return;
    questions += 1;
    const id = `${QUESTION}${clock.nowMs().toString(36)}-${questions.toString(36)}`;
    answers.asked(id, nowMs);
    const deadline = clock.nowMs() + DEADLINE_MS;
    parts.ask(device, id, deviceCommand({ command: "ping", args: { count: 1 }, deadline })).catch((error) =>
      // Safe to go on: it counts as not answered, and is asked again.
      log.debug("a device could not be asked", { device, error }),
    );
  };

  const look = (): void => {
    cancel = clock.after(LOOK_EVERY_MS, look);
    const nowMs = clock.monotonicMs();
    const news: { device: string; of: Watched; conduct: Conduct }[] = [];
    for (const [device, of] of watched) {
      if (askEveryMs > 0) ask(device, of, nowMs);
      const conduct = of.news(nowMs);
      if (conduct === null) continue;
      if (parts.hasDevice(device)) news.push({ device, of, conduct });
      else watched.delete(device);
    }
    tell(news);
  };

  return {
    start() {
      for (const { device, told } of store.all()) {
        // Nobody would ask it, and so nobody hear that it is well again.
        const { slow: _, ...rest } = told;
        watch(device).restore(askEveryMs > 0 ? told : rest, clock.monotonicMs());
      }
      cancel = clock.after(LOOK_EVERY_MS, look);
    },
    stop: () => cancel(),

    understood: (device, topic) => watched.get(device)?.refusals.understood(topic, clock.monotonicMs()),
    refused: (device, topic, refusal) => watch(device).refusals.refused(topic, refusal, clock.monotonicMs()),
    dated(device, aheadMs) {
      const of = Math.abs(aheadMs) < DATED_WRONG_MS ? watched.get(device) : watch(device);
      of?.dating.dated(aheadMs, clock.monotonicMs());
    },
    came: (device) => watch(device).answers.came(clock.monotonicMs()),
    answered(device, execution) {
      if (!execution.startsWith(QUESTION)) return false;
      watched.get(device)?.answers.answered(execution, clock.monotonicMs());
      return true;
    },

    announce() {
      for (const { device, told } of store.all()) write(device, told);
    },
  };
}
