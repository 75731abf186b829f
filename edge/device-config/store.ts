import type { Database } from "bun:sqlite";
import type { DeviceConfig } from "../../protocol/config/device-config.ts";

/** The table `device_config`. */
export class DeviceConfigStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  setDesired(device: string, { version, config }: DeviceConfig): void {
    this.#sqlite
      .query(
        `INSERT INTO device_config (device, desired_version, desired) VALUES (?, ?, ?)
         ON CONFLICT (device) DO UPDATE SET desired_version = excluded.desired_version, desired = excluded.desired`,
      )
      .run(device, version, JSON.stringify(config));
  }

  /** What is wanted of all devices of which something is. */
  allDesired(): ({ device: string } & DeviceConfig)[] {
    return this.#sqlite
      .query<{ device: string; version: number; desired: string }, []>(
        `SELECT device, desired_version AS version, desired FROM device_config
         WHERE desired IS NOT NULL ORDER BY device`,
      )
      .all()
      .map(({ device, version, desired }) => ({ device, version, config: JSON.parse(desired) }));
  }

  /** The version that is wanted of one; null when nothing is. */
  desiredVersion(device: string): number | null {
    const row = this.#sqlite
      .query<{ version: number | null }, [string]>(
        `SELECT desired_version AS version FROM device_config WHERE device = ?`,
      )
      .get(device);
    return row?.version ?? null;
  }

  /** What all devices have reported that have reported anything. */
  allReported(): ({ device: string } & DeviceConfig)[] {
    return this.#sqlite
      .query<{ device: string; version: number; reported: string }, []>(
        `SELECT device, reported_version AS version, reported FROM device_config
         WHERE reported IS NOT NULL ORDER BY device`,
      )
      .all()
      .map(({ device, version, reported }) => ({ device, version, config: JSON.parse(reported) }));
  }

  /** What one has reported; null when it has reported nothing. */
  reportedBy(device: string): DeviceConfig | null {
    const row = this.#sqlite
      .query<{ version: number; reported: string }, [string]>(
        `SELECT reported_version AS version, reported FROM device_config
         WHERE device = ? AND reported IS NOT NULL`,
      )
      .get(device);
    return row === null ? null : { version: row.version, config: JSON.parse(row.reported) };
  }

  /** Returns whether that is news. */
  setReported(device: string, { version, config }: DeviceConfig): boolean {
    const { changes } = this.#sqlite
      .query(
        `INSERT INTO device_config (device, reported_version, reported) VALUES (?1, ?2, ?3)
         ON CONFLICT (device) DO UPDATE SET reported_version = excluded.reported_version, reported = excluded.reported
         WHERE reported IS NOT excluded.reported OR reported_version IS NOT excluded.reported_version`,
      )
      .run(device, version, JSON.stringify(config));
    return changes > 0;
  }
}
