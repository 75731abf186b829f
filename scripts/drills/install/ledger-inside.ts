import { LedgerDevice } from "../../e2e/ledger.ts";
import type { DeviceCredential } from "../../e2e/stack.ts";
import type { Machine } from "./machine.ts";

/** A device that numbers its readings, in the network of a machine: a process of its own, which tells its ledger at its end. */
export class LedgerInside implements AsyncDisposable {
  readonly key: string;
  readonly acknowledged = new Set<number>();
  sent = 0;
  readonly #process: Bun.Subprocess<"pipe", "pipe", "inherit">;

  constructor(machine: Machine, credential: DeviceCredential) {
    this.key = credential.device;
    const command = machine.inNetwork(process.execPath, import.meta.path, JSON.stringify(credential));
    this.#process = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  }

  /** Publishes no more, and has what was sent acknowledged. */
  async drain(): Promise<void> {
    await this.#process.stdin.end();
    const told = JSON.parse(await new Response(this.#process.stdout).text()) as {
      acknowledged: number[];
      sent: number;
    };
    for (const number of told.acknowledged) this.acknowledged.add(number);
    this.sent = told.sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
  }
}

if (import.meta.main) {
  const device = new LedgerDevice(1883, JSON.parse(process.argv[2] ?? "") as DeviceCredential);
  device.start(1);
  await new Response(Bun.stdin.stream()).text();
  // What a connection lost is not sent again: the ledger says what was acknowledged, and no more.
  await device.stop();
  process.stdout.write(JSON.stringify({ acknowledged: [...device.acknowledged], sent: device.sent }));
}
