import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Packet, parser } from "mqtt-packet";

/** Between a client and its broker: sees each packet before it is passed on, and may cut the line there. */
export interface MqttProxy extends AsyncDisposable {
  port: number;
  /** Asked of each packet, in order; what it answers is done with it and with the connection. */
  judge: (packet: Packet) => Verdict;
  /** Packet ids of the present connection that the broker has not answered for the last time. */
  underWay: Set<number>;
  /** As the kernel closes what a killed process had open. */
  cut(): void;
}

export type Verdict = "pass" | "cut-before" | "cut-after";

export async function startMqttProxy(brokerPort: number, version: 4 | 5): Promise<MqttProxy> {
  const cuts = new Set<() => void>();

  const serve = (client: Socket): void => {
    const broker = connect({ port: brokerPort, host: "127.0.0.1", noDelay: true });
    const cut = (): void => {
      cuts.delete(cut);
      client.destroy();
      // What was passed on arrives.
      broker.end();
      broker.on("data", () => undefined);
    };
    cuts.add(cut);
    proxy.underWay.clear();
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      const pass = splitting(version, (packet, bytes) => {
        if (!cuts.has(cut)) return;
        const verdict = proxy.judge(packet);
        if (verdict !== "cut-before") to.write(bytes);
        const id = packet.messageId ?? 0;
        if (packet.cmd === "publish" || packet.cmd === "pubrel") proxy.underWay.add(id);
        if (packet.cmd === "pubcomp" || packet.cmd === "puback") proxy.underWay.delete(id);
        if (verdict !== "pass") cut();
      });
      from.on("data", pass);
      from.on("error", () => undefined);
      from.on("close", cut);
    }
  };

  const server = createServer({ noDelay: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: MqttProxy = {
    ...{ port: (server.address() as AddressInfo).port, judge: () => "pass", underWay: new Set() },
    cut: () => {
      for (const cut of [...cuts]) cut();
    },
    async [Symbol.asyncDispose]() {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}

/** Calls `each` with every packet and its own bytes (section 2.1.1: a byte, the length of the rest, the rest). */
function splitting(
  protocolVersion: 4 | 5,
  each: (packet: Packet, bytes: Buffer) => void,
): (bytes: Buffer) => void {
  let left = Buffer.alloc(0);
  const read = parser({ protocolVersion });
  let bytes = left;
  read.on("packet", (packet) => each(packet, bytes));
  return (more) => {
    left = Buffer.concat([left, more]);
    for (let size = sizeOf(left); size !== null && size <= left.length; size = sizeOf(left)) {
      bytes = left.subarray(0, size);
      left = left.subarray(size);
      read.parse(bytes);
    }
  };
}

function sizeOf(bytes: Buffer): number | null {
  let rest = 0;
  for (let at = 1; at < bytes.length && at <= 4; at += 1) {
    rest += (bytes[at]! & 0x7f) * 128 ** (at - 1);
    if ((bytes[at]! & 0x80) === 0) return 1 + at + rest;
  }
  return null;
}
