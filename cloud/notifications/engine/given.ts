import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Clock } from "../../../protocol/clock.ts";
import { makeId } from "../../../protocol/ids.ts";
import type { AddressOf } from "../../../protocol/notifications/address.ts";
import type { Message } from "../../../protocol/notifications/message.ts";
import { type Outcome, retryable } from "../../../protocol/notifications/outcome.ts";
import type { Random } from "../../../protocol/random.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { Scope } from "../../accounts/scope.ts";
import type { Note } from "../../audit/audit.ts";
import { CommitPace } from "../../clock/commit-pace.ts";
import type { CloudDatabase } from "../../database/database.ts";
import type { Tables } from "../../database/tables.ts";
import { hintOf } from "../endpoint-store.ts";
import type { Located } from "../recipients.ts";
import { IN_HAND_MS } from "./claims.ts";
import type { EngineParts } from "./engine-parts.ts";
import { handOver, tellWritten, writeOutcomes } from "./handing.ts";
import type { Answered } from "./lane.ts";
import { DEVICE_LANE, laneOf, urgencyOf } from "./lane-names.ts";
import { insertDeliveries, type NewDelivery, settleRuns } from "./ledger.ts";
import { ON_ITS_WAY_MS, type Ready } from "./load.ts";
import type { Placing } from "./placing.ts";
import { IN_HAND, NOWHERE, READY } from "./queue.ts";
import type { NotificationSpec } from "./spec.ts";

/**
 * Notifications whose recipients are given one by one, and handed over at once: each is a delivery before it is handed
 * over, and its answer is known when it is written down. What is not taken at once is tried again by the engine.
 */

/** `notification_run.stage` while recipients come in. */
export const GIVEN = "given";
/** Of one transaction: it takes some fifteen milliseconds, in which nobody else writes. */
const AT_ONCE = 1_000;

export interface GivenParts
  extends Pick<EngineParts, "senders" | "sendLetter" | "receiptToken" | "outbox" | "gates">,
    Pick<Placing, "placed"> {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  note: Note;
}

/** The engine takes it up when it is its turn. */
const NOT_KEEPING_UP = retryable("the platform does not keep up; it waits for its turn");

const nothing = (): void => undefined;

/** Called once, when what came of it is written down. */
type Told = (id: string, outcome: Outcome) => void;

interface Given {
  ready: Ready;
  told: Told;
}

interface Ended extends Given {
  outcome: Outcome;
  /** `Passed.putDown` */
  putDown(): void;
}

/** One such notification. */
export class GivenRecipients {
  readonly #parts: GivenParts;
  readonly #organizationId: string;
  readonly #id: string;
  readonly #slotMs: number;
  #new: Given[] = [];
  #answered: Ended[] = [];
  #recipients = 0;
  /** Handed over, and not answered yet. */
  #underWay = 0;
  readonly #pace: CommitPace;
  /** Resolved when waiting for more to share a commit is of no use. */
  #due = Promise.withResolvers<void>();
  #writing: Promise<void> | null = null;

  private constructor(parts: GivenParts, organizationId: string, id: string, slotMs: number) {
    this.#parts = parts;
    this.#organizationId = organizationId;
    this.#id = id;
    this.#slotMs = slotMs;
    this.#pace = new CommitPace(parts.clock);
  }

  /** Written down with its entry in the audit log, before anything is sent. */
  static async begin(
    parts: GivenParts,
    scope: Scope,
    message: Message,
    deed: { action: string; after: object },
  ): Promise<GivenRecipients> {
    const { db, clock, random, note } = parts;
    const nowMs = clock.nowMs();
    const id = makeId(nowMs, random);
    const { organizationId } = scope;
    await db.write(async (trx) => {
      const by = await trx
        .selectFrom("user")
        .select("name")
        .where("id", "=", scope.userId)
        .executeTakeFirst();
      await trx
        .insertInto("notification")
        .values({
          ...{ id, organization_id: organizationId, name: message.title.slice(0, 100), status: "sending" },
          ...{ spec: JSON.stringify(specOf(message)), dedupe_key: null, next_ms: null, cancelled_ms: null },
          ...{ created_ms: nowMs, created_by: scope.userId, created_name: by?.name ?? "" },
        })
        .execute();
      await trx
        .insertInto("notification_run")
        .values({
          ...{
            notification_id: id,
            slot_ms: nowMs,
            organization_id: organizationId,
            stage: GIVEN,
            cursor: "",
          },
          ...{ recipients: 0, started_ms: nowMs, ended_ms: null },
        })
        .execute();
      await note(trx, scope, { action: deed.action, target: { id, name: message.title }, after: deed.after });
    });
    return new GivenRecipients(parts, organizationId, id, nowMs);
  }

  /** Hands it over. */
  hand(located: Located, told: Told): void {
    this.#add(this.#ready(located), told);
  }

  /** Leaves it to the engine, which hands it over when it is its turn. */
  leave(located: Located, told: Told): void {
    const ready = this.#ready(located);
    ready.row.queue = READY;
    this.#add(ready, told);
  }

  #add(ready: Ready, told: Told): void {
    this.#recipients += 1;
    this.#new.push({ ready, told });
    this.#write();
  }

  /** No more will come. Never rejects: what is not written down here the next start finds. */
  async end(): Promise<void> {
    const { db, clock, log } = this.#parts;
    await this.#writing;
    const write = db.write(async (trx) => {
      await trx
        .updateTable("notification_run")
        .set({ stage: null, recipients: this.#recipients })
        .where("notification_id", "=", this.#id)
        .execute();
      await settleRuns(trx, [{ notification_id: this.#id, slot_ms: this.#slotMs }], clock.nowMs());
    });
    await write.catch((error: unknown) =>
      log.error("a push could not be ended", { notification: this.#id, error }),
    );
  }

  #write(): void {
    if (this.#isDue) this.#due.resolve();
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
      if (this.#new.length + this.#answered.length > 0) this.#write();
    });
  }

  /** A transaction has enough, or nobody is left who could share it. */
  get #isDue(): boolean {
    return Math.max(this.#new.length, this.#answered.length) >= AT_ONCE || this.#underWay === 0;
  }

  async #writeAll(): Promise<void> {
    while (this.#new.length + this.#answered.length > 0) {
      // What comes in, or is answered, in the same moment is written together.
      await new Promise((resolve) => setImmediate(resolve));
      this.#due = Promise.withResolvers();
      if (this.#isDue) this.#due.resolve();
      await this.#pace.next(this.#due.promise);
      const added = this.#new.splice(0, AT_ONCE);
      const answered = this.#answered.splice(0, AT_ONCE);
      try {
        const ended = await this.#parts.db.write((trx) => this.#writeSome(trx, added, answered));
        tellWritten(this.#parts, answered);
        for (const { ready, told, outcome, putDown } of [...answered, ...ended]) {
          told(ready.row.id, outcome);
          putDown();
        }
        for (const one of added) {
          const { id, lane, queue } = one.ready.row;
          if (queue === READY) one.told(id, NOT_KEEPING_UP);
          else if (lane !== DEVICE_LANE) this.#handOver(one);
        }
      } catch (error) {
        this.#failed(added, answered, error);
        for (const { putDown } of answered) putDown();
      }
    }
  }

  /** Devices' deliveries end in the transaction they begin in: their gateway's log is in the same database. */
  async #writeSome(
    trx: Transaction<Tables>,
    added: readonly Given[],
    answered: readonly Ended[],
  ): Promise<Ended[]> {
    const { clock, db, placed } = this.#parts;
    const nowMs = clock.nowMs();
    const left = new Set(added.flatMap(({ ready: { row } }) => (row.queue === READY ? row.lane : [])));
    if (left.size > 0) db.onCommit(trx, () => placed(left, null));
    const toDevices = await this.#toDevices(trx, added, nowMs);
    const sent = toDevices.filter(({ outcome }) => outcome.outcome === "sent");
    await insertDeliveries(
      trx,
      added.map(({ ready }) => ready.row),
      nowMs,
    );
    const all: Answered[] = [...answered, ...toDevices.filter((one) => !sent.includes(one))];
    if (all.length > 0) {
      const { nextMs } = await writeOutcomes(this.#parts, trx, all, nowMs);
      if (nextMs !== null) db.onCommit(trx, () => placed([], nextMs));
    }
    return toDevices;
  }

  /** Into the gateways' logs; those rows say that they are sent. */
  async #toDevices(trx: Transaction<Tables>, added: readonly Given[], nowMs: number): Promise<Ended[]> {
    const meant = added.filter(({ ready }) => ready.row.lane === DEVICE_LANE);
    if (meant.length === 0) return [];
    const outcomes = await this.#parts.outbox.sendWithin(
      trx,
      this.#organizationId,
      meant.map(({ ready: { row, address, message, expiresMs } }) => ({
        ...{ id: row.id, address: address as AddressOf<"mqtt">, message, expiresMs },
      })),
    );
    for (const [index, { ready }] of meant.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.outcome !== "sent") continue;
      const row: NewDelivery = ready.row;
      Object.assign(row, { state: "sent", queue: NOWHERE, due_ms: nowMs, attempts: 1, sent_ms: nowMs });
      row.detail = outcome.platformId;
    }
    return meant.map((one, index) => ({ ...one, outcome: outcomes[index]!, putDown: nothing }));
  }

  #handOver(given: Given): void {
    const { row } = given.ready;
    let isHanded = false;
    const hand = (): Promise<Outcome> => {
      isHanded = true;
      this.#underWay += 1;
      return handOver(this.#parts, given.ready);
    };
    const heard = (outcome: Outcome, putDown: () => void): void => {
      if (isHanded) this.#underWay -= 1;
      this.#answered.push({ ready: given.ready, told: given.told, outcome, putDown });
      this.#write();
    };
    void this.#parts.gates
      .gate(row.lane)
      .pass(hand, NOT_KEEPING_UP)
      .then(
        ({ value, putDown }) => heard(value, putDown),
        (error: unknown) => heard(failed(error), nothing),
      );
  }

  /** What was to be added was not, and is nobody's; what was handed over comes back to its lane by itself. */
  #failed(added: readonly Given[], answered: readonly Ended[], error: unknown): void {
    this.#parts.log.error("what became of a push could not be written", { notification: this.#id, error });
    for (const { ready, told } of [...added, ...answered]) told(ready.row.id, failed(error));
  }

  #ready({ endpointId, address, vapidKeyId, message, expiresMs, lastSentMs }: Located): Ready {
    const nowMs = this.#parts.clock.nowMs();
    const device = address.platform === "mqtt" ? address.device : undefined;
    const slackMs = Math.max(0, ON_ITS_WAY_MS - message.timeToLiveSeconds * SECOND);
    // In one piece: made by the ten thousand a second, it is cheaper than put together from several.
    const row: Ready["row"] = {
      id: makeId(nowMs, this.#parts.random),
      organization_id: this.#organizationId,
      notification_id: this.#id,
      slot_ms: this.#slotMs,
      channel: address.platform,
      lane: laneOf(this.#organizationId, address),
      urgency: urgencyOf(message.priority),
      turn: 0,
      queue: IN_HAND,
      due_ms: nowMs + IN_HAND_MS,
      state: "queued",
      reason: null,
      attempts: 0,
      recipient_kind: device !== undefined ? "device" : endpointId === null ? "address" : "endpoint",
      recipient_id: device ?? endpointId,
      recipient_name: hintOf(address),
      simulated: 0,
      address_key: null,
      endpoint_id: endpointId,
      address: endpointId === null ? JSON.stringify(address) : null,
      language: null,
      variables: null,
      collapse_key: message.collapseKey ?? null,
      created_ms: nowMs,
      expires_ms: expiresMs + slackMs,
      sent_ms: null,
      delivered_ms: null,
      opened_ms: null,
      dismissed_ms: null,
    };
    return { row, address, email: null, message, vapidKeyId, lastSentMs, expiresMs };
  }
}

const failed = (error: unknown): Outcome => retryable(error instanceof Error ? error.message : String(error));

function specOf(message: Message): NotificationSpec {
  return {
    targets: null,
    wording: { language: "en", messages: { en: message }, variables: [] },
    ...{
      isVerbatim: true,
      template: null,
      variables: {},
      channels: null,
      fallback: null,
      timing: { kind: "now" },
    },
    ...{ quietHours: "ignore", siteHours: null, inbox: false },
  };
}

/** Runs whose recipients were still coming in when the process died: those that are known are all there will be. */
export async function endGiven(trx: Transaction<Tables>, nowMs: number): Promise<void> {
  const runs = await trx
    .updateTable("notification_run")
    .set({ stage: null })
    .where("stage", "=", GIVEN)
    .where("ended_ms", "is", null)
    .returning(["notification_id", "slot_ms"])
    .execute();
  await settleRuns(trx, runs, nowMs);
}
