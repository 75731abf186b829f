import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";

/** What people of one organisation do within this time is told together. */
export const NEWS_MS = 250;

export type AuditEvent = Extract<LiveEvent, { type: "audit:new" }>;

export interface AuditNewsParts {
  db: Pick<CloudDatabase, "onCommit">;
  clock: Clock;
  live: {
    isHeard(organizationId: string): boolean;
    publish(organizationId: string, event: LiveEvent): void;
  };
}

/** Tells browsers what people do, once it is committed: the newest of it, and not more often than anybody can read. */
export class AuditNews {
  readonly #parts: AuditNewsParts;
  /** The newest that nobody was told of, by organisation. */
  #untold = new Map<string, AuditEvent>();
  #waits = false;

  constructor(parts: AuditNewsParts) {
    this.#parts = parts;
  }

  /** This is noted with this transaction. That people log in and out is news to nobody. */
  noted(trx: Transaction<Tables>, organizationId: string, entry: Omit<AuditEvent, "type" | "count">): void {
    if (entry.target.kind === "account") return;
    this.#parts.db.onCommit(trx, () => {
      const count = 1 + (this.#untold.get(organizationId)?.count ?? 0);
      if (!this.#parts.live.isHeard(organizationId)) return;
      this.#untold.set(organizationId, { type: "audit:new", ...entry, count });
      if (this.#waits) return;
      this.#waits = true;
      this.#parts.clock.after(NEWS_MS, () => this.#tell());
    });
  }

  #tell(): void {
    this.#waits = false;
    const untold = this.#untold;
    this.#untold = new Map();
    for (const [organizationId, event] of untold) this.#parts.live.publish(organizationId, event);
  }
}
