import type { TopicGrants } from "../../protocol/topics/grants.ts";
import type { EdgeDatabase } from "../database/database.ts";

/** The SQL of what devices were granted beyond their own topics. Writing is the caller's transaction. */
export class TopicGrantStore {
  readonly #db: EdgeDatabase;

  constructor(db: EdgeDatabase) {
    this.#db = db;
  }

  /** The devices that were granted anything. */
  all(): Map<string, TopicGrants> {
    const rows = this.#db.sqlite
      .query<{ device: string; publishes: number; filter: string }, []>(
        "SELECT device, publishes, filter FROM device_topic ORDER BY device, publishes, filter",
      )
      .all();
    const byDevice = Map.groupBy(rows, ({ device }) => device);
    const filters = (of: typeof rows, publishes: number): string[] =>
      of.filter((row) => row.publishes === publishes).map(({ filter }) => filter);
    return new Map(
      [...byDevice].map(([device, of]) => [device, { publish: filters(of, 1), subscribe: filters(of, 0) }]),
    );
  }

  /** In place of what it was granted before. */
  set(device: string, { publish, subscribe }: TopicGrants): void {
    const { sqlite } = this.#db;
    sqlite.query("DELETE FROM device_topic WHERE device = ?").run(device);
    const insert = sqlite.query(
      "INSERT OR IGNORE INTO device_topic (device, publishes, filter) VALUES (?, ?, ?)",
    );
    for (const filter of publish) insert.run(device, 1, filter);
    for (const filter of subscribe) insert.run(device, 0, filter);
  }
}
