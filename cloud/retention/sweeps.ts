import type { Logger } from "@logtape/logtape";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { BackgroundTurns } from "../clock/background-turns.ts";
import type { CloudDatabase } from "../database/database.ts";
import { dropDigests, dropOpenChunks, thinDigests } from "./aged-chunks.ts";
import { type RetentionDays, readRetention } from "./store.ts";

export interface SweepsParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  defaults: RetentionDays;
}

/** After a start others come first. */
const FIRST_AFTER_MS = 5 * MINUTE;
const PERIOD_MS = 1 * HOUR;
/** Devices looked at in one statement. */
const DEVICES_PER_LOOK = 200;

/** Thins and drops what is old enough, organisation by organisation, in the background. */
export class Sweeps {
  readonly #parts: SweepsParts;
  readonly #turns: BackgroundTurns;

  constructor(parts: SweepsParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#turns = new BackgroundTurns({
      ...{ clock, log, firstAfterMs: FIRST_AFTER_MS, everyMs: PERIOD_MS },
      failed: "telemetry could not be thinned",
      turn: (mayGoOn) => this.sweep(mayGoOn),
    });
  }

  start(): void {
    this.#turns.start();
  }

  /** Resolves when the transaction under way has ended. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  async sweep(mayGoOn: () => boolean = () => true): Promise<void> {
    const { db, clock, defaults } = this.#parts;
    const organizations = await db.read.selectFrom("organization").select("id").execute();
    for (const { id } of organizations) {
      const { rawDays, keepDays } = (await readRetention(db.read, id)) ?? defaults;
      const before = (days: number): number => (days === 0 ? 0 : clock.nowMs() - days * DAY);
      await this.#sweepOrganization(id, before(rawDays), before(keepDays), mayGoOn);
      if (!mayGoOn()) return;
    }
    await db.upkeep();
  }

  async #sweepOrganization(
    organizationId: string,
    rawBeforeMs: number,
    keepBeforeMs: number,
    mayGoOn: () => boolean,
  ): Promise<void> {
    const { db, log, compressor } = this.#parts;
    const sum = { dropped: 0, thinned: 0 };
    let after = "";
    for (;;) {
      const devices = await db.read
        .selectFrom("device")
        .select("id")
        .where("organization_id", "=", organizationId)
        .where("id", ">", after)
        .orderBy("id")
        .limit(DEVICES_PER_LOOK)
        .execute();
      const ids = devices.map(({ id }) => id);
      const last = ids.at(-1);
      if (last === undefined) break;
      after = last;
      // Each step takes a few digests, and is repeated until nothing old enough is left.
      const steps = [
        async () => (sum.dropped += await dropDigests(db, compressor, ids, keepBeforeMs)),
        async () => (sum.dropped += await dropOpenChunks(db, ids, keepBeforeMs)),
        async () => (sum.thinned += await thinDigests(db, compressor, ids, rawBeforeMs)),
      ];
      for (const step of steps) {
        for (let before = -1; before !== sum.dropped + sum.thinned; ) {
          if (!mayGoOn()) return;
          before = sum.dropped + sum.thinned;
          await step();
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    }
    if (sum.dropped + sum.thinned > 0) {
      log.info("telemetry past its days was thinned and dropped", { organization: organizationId, ...sum });
    }
  }
}
