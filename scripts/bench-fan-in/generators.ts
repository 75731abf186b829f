import { Database } from "bun:sqlite";
import { join } from "node:path";
import { makeId } from "../../protocol/ids.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Cloud } from "../e2e/stack.ts";

/** Rows for that many gateways, all with one key; enrolling each by itself would take longer than the benchmark. */
export async function enrol(cloud: Cloud, count: number): Promise<{ ids: [string, string][]; key: string }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const publicKey = raw.toBase64({ alphabet: "base64url", omitPadding: true });
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const site = await cloud.api<{ id: string }>("/sites", {
    method: "POST",
    body: JSON.stringify({ name: "Everywhere", timeZone: "UTC" }),
  });
  const random = seededRandom(1);
  const ids = Array.from({ length: count }, (): [string, string] => [
    makeId(Date.now(), random),
    makeId(Date.now(), random),
  ]);
  using database = new Database(join(cloud.directory, "cloud.db"));
  database.run("PRAGMA busy_timeout = 5000");
  const insert = database.query(
    `INSERT INTO gateway (id, organization_id, site_id, name, public_key, created_ms, downlog_epoch)
     SELECT ?, organization_id, id, ?, ?, ?, ? FROM site WHERE id = ?`,
  );
  database.transaction(() => {
    for (const [index, [id, epoch]] of ids.entries()) {
      insert.run(id, `Gateway ${index}`, publicKey, Date.now(), epoch, site.id);
    }
  })();
  return { ids, key: pkcs8.toBase64() };
}

type Answer = Record<string, number>;

/** A process that takes orders as lines of JSON, `gateways.ts` unless it is told; one order at a time. */
export class Generator implements Disposable {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #lines: AsyncIterator<string>;

  /** `nice`: how far it stands back from what is measured, where both want the same processor. */
  constructor(url: string, { nice = 0, program: path = "scripts/bench-fan-in/gateways.ts" } = {}) {
    const program = [process.execPath, path, url];
    this.#child = Bun.spawn(nice === 0 ? program : ["nice", "-n", String(nice), ...program], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#lines = linesOf(this.#child.stdout)[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid;
  }

  async order(order: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
    this.#child.stdin.flush();
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the generator ended");
    return JSON.parse(value) as Answer;
  }

  kill(): void {
    this.#child.kill();
  }

  [Symbol.dispose](): void {
    this.kill();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
