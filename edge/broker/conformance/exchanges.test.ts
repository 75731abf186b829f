import { expect, test } from "bun:test";
import { RawClient, startSiteBroker } from "../testing/site-broker.ts";
import { DEVICE, PASSWORD, PINGREQ, PINGRESP, type Step } from "./exchange.ts";
import { CONNECT_EXCHANGES } from "./exchanges-connect.ts";
import { MESSAGE_EXCHANGES } from "./exchanges-messages.ts";

const hex = (bytes: Uint8Array | readonly number[]): string => Buffer.from(bytes).toString("hex");
const CASES = [...CONNECT_EXCHANGES, ...MESSAGE_EXCHANGES].map(
  ({ statements, says, steps }) => [statements.join(", "), says, steps] as const,
);

test.each(CASES)("%s: %s", async (_statements, _says, steps) => {
  await using site = await startSiteBroker({ devices: [DEVICE] });
  using clients = new Clients(site.port, site.password(DEVICE));
  for (const [index, step] of steps.entries()) {
    if ("clockMs" in step) site.clock.advance(step.clockMs);
    else await clients.take(step, index);
  }
});

/** The connections of an exchange, each made when it is first named. */
class Clients implements Disposable {
  readonly #port: number;
  readonly #password: string;
  readonly #open = new Map<string, RawClient>();
  readonly #ids = new ServerIds();

  constructor(port: number, password: string) {
    this.#port = port;
    this.#password = password;
  }

  async take(step: Exclude<Step, { clockMs: number }>, index: number): Promise<void> {
    const { by } = step;
    const client = this.#of(by);
    if ("send" in step) {
      const packets = step.send.map((packet) => withPassword(packet, this.#password));
      client.write(...packets.map((packet) => this.#ids.toServer(by, packet)));
    } else if ("hears" in step) {
      for (const packet of step.hears) {
        const heard = this.#ids.fromServer(by, await client.take(packet.length));
        expect([index, hex(heard)]).toEqual([index, hex(packet)]);
      }
    } else if ("hearsNothing" in step) {
      client.write(PINGREQ);
      expect([index, hex(await client.take(PINGRESP.length))]).toEqual([index, hex(PINGRESP)]);
    } else {
      if ("breaks" in step) client.socket.destroy();
      await client.closed;
      this.#open.delete(by);
    }
  }

  #of(by: string): RawClient {
    const client = this.#open.get(by) ?? new RawClient(this.#port);
    this.#open.set(by, client);
    return client;
  }

  [Symbol.dispose](): void {
    for (const client of this.#open.values()) client[Symbol.dispose]();
  }
}

/** Packet ids that the server gives to each client, by their order of appearance. */
class ServerIds {
  readonly #given = new Map<string, number[]>();

  fromServer(by: string, packet: Buffer): Buffer {
    const at = placeOfId(packet, [3, 6]);
    if (at === null) return packet;
    const given = this.#given.get(by) ?? [];
    this.#given.set(by, given);
    const id = packet.readUInt16BE(at);
    if (!given.includes(id)) given.push(id);
    packet.writeUInt16BE(given.indexOf(id) + 1, at);
    return packet;
  }

  toServer(by: string, packet: Buffer): Buffer {
    const at = placeOfId(packet, [4, 5, 7]);
    if (at !== null) packet.writeUInt16BE(this.#given.get(by)?.[packet.readUInt16BE(at) - 1] ?? 0, at);
    return packet;
  }
}

/** Where a packet of one of these types has its packet id; null when it has none. */
function placeOfId(packet: Buffer, types: readonly number[]): number | null {
  const type = packet[0]! >> 4;
  if (!types.includes(type)) return null;
  if (type !== 3) return 2;
  return (packet[0]! & 0x06) === 0 ? null : 4 + packet.readUInt16BE(2);
}

/** A CONNECT ends with its password; its lengths follow. */
function withPassword(bytes: readonly number[], password: string): Buffer {
  const all = Buffer.from(bytes);
  const at = all.indexOf(PASSWORD);
  if (at < 0) return all;
  const isLong = all[1]! >= 0x80;
  const length = (isLong ? (all[1]! & 0x7f) | (all[2]! << 7) : all[1]!) + password.length - PASSWORD.length;
  const field = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  const body = all.subarray(isLong ? 3 : 2, at);
  body.writeUInt16BE(password.length, body.length - 2);
  return Buffer.concat([Buffer.of(all[0]!, ...field), body, Buffer.from(password)]);
}
