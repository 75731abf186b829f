import type { Database } from "bun:sqlite";
import type { Conduct } from "../../protocol/devices/conduct.ts";

/** What the cloud was told last of how devices behave. Writing is the caller's transaction. */
export class ConductStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  all(): { device: string; told: Conduct }[] {
    return this.#sqlite
      .query<{ device: string; told: string }, []>("SELECT device, told FROM device_conduct ORDER BY device")
      .all()
      .map(({ device, told }) => ({ device, told: JSON.parse(told) as Conduct }));
  }

  set(device: string, told: Conduct | null): void {
    if (told === null) this.#sqlite.query("DELETE FROM device_conduct WHERE device = ?").run(device);
    else
      this.#sqlite
        .query(
          "INSERT INTO device_conduct (device, told) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET told = ?2",
        )
        .run(device, JSON.stringify(told));
  }
}
