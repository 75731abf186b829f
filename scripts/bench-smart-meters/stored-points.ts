import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Cloud } from "../e2e/stack.ts";

/** Where telemetry rests in the cloud, with what finds it again. */
const TELEMETRY_TABLES = ["chunk", "open_chunk", "chunk_digest"];

/** The cloud's database, looked at from beside while the cloud writes. */
export class StoredPoints implements Disposable {
  readonly #database: Database;
  readonly #pointsPerReading: number;
  #readings = 0;
  #lastId = 0;

  constructor(cloud: Cloud, pointsPerReading: number) {
    this.#database = new Database(join(cloud.directory, "cloud.db"), { readonly: true });
    this.#pointsPerReading = pointsPerReading;
  }

  /** Devices the cloud knows. */
  devices(): number {
    return this.#database.query<{ n: number }, []>("SELECT count(*) AS n FROM device").get()!.n;
  }

  /** Points in committed chunks. Looks only at what is new since it was asked last. */
  points(): number {
    const found = this.#database
      .query<{ readings: number | null; id: number | null }, [number]>(
        "SELECT sum(readings) AS readings, max(id) AS id FROM chunk WHERE id > ?",
      )
      .get(this.#lastId)!;
    this.#readings += found.readings ?? 0;
    this.#lastId = found.id ?? this.#lastId;
    return this.#readings * this.#pointsPerReading;
  }

  /** Of telemetry: pages of its tables and their indexes. Reads all of them. */
  telemetryBytes(): number {
    const tables = TELEMETRY_TABLES.map((name) => `'${name}'`).join(", ");
    return this.#database
      .query<{ bytes: number }, []>(
        `SELECT sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE
         AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN (${tables}))`,
      )
      .get()!.bytes;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
