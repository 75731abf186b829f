import { type AddressInfo, createServer, type Socket } from "node:net";
import mqttPacket from "mqtt-packet";
import { Faults } from "./fault.ts";

/** A broker elsewhere that speaks MQTT 5 (OASIS, version 5.0) as far as one who publishes at QoS 1 needs, and is ill when told to. */
export interface BrokerDouble extends AsyncDisposable {
  url: string;
  /** What was taken, in order. */
  taken: { topic: string; payload: Record<string, unknown> }[];
  /** By topic. */
  faults: Faults;
  /** Says good-bye to every connection (DISCONNECT, 0x8B), as a broker that is shut down does. */
  goAway(): void;
  /** Lets the next one who connects not in. */
  refuseOnce(): void;
}

/** Sections 2.4 and 3.2.2.2. */
const SHUTTING_DOWN = 0x8b;
const UNAVAILABLE = 0x88;
const QUOTA_EXCEEDED = 0x97;
const UNSPECIFIED = 0x80;

export async function startBroker(): Promise<BrokerDouble> {
  const taken: BrokerDouble["taken"] = [];
  const faults = new Faults();
  const sockets = new Set<Socket>();
  let refusals = 0;

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const parser = mqttPacket.parser({ protocolVersion: 5 });
    const say = (packet: mqttPacket.Packet): void => {
      if (socket.writable) socket.write(mqttPacket.generate(packet, { protocolVersion: 5 }));
    };
    parser.on("error", () => socket.destroy());
    parser.on("packet", (packet) => {
      if (packet.cmd === "connect") {
        const isRefused = refusals > 0;
        refusals = 0;
        say({ cmd: "connack", sessionPresent: false, reasonCode: isRefused ? UNAVAILABLE : 0 });
        if (isRefused) socket.end();
      } else if (packet.cmd === "pingreq") say({ cmd: "pingresp" });
      else if (packet.cmd === "publish") void publish(packet, socket, say);
      else if (packet.cmd === "disconnect") socket.end();
    });
    socket.on("data", (bytes: Buffer) => parser.parse(bytes));
  };

  const publish = async (
    { topic, payload, messageId = 0, qos }: mqttPacket.IPublishPacket,
    socket: Socket,
    say: (packet: mqttPacket.Packet) => void,
  ): Promise<void> => {
    const fault = faults.get(topic);
    if (fault === "hang") return;
    if (fault === "reset" || qos !== 1) {
      socket.destroy();
      return;
    }
    if (fault !== undefined && "afterMs" in fault) await Bun.sleep(fault.afterMs);
    else if (fault !== undefined) {
      say({ cmd: "puback", messageId, reasonCode: fault.status === 429 ? QUOTA_EXCEEDED : UNSPECIFIED });
      return;
    }
    taken.push({ topic, payload: JSON.parse(payload.toString()) as Record<string, unknown> });
    say({ cmd: "puback", messageId, reasonCode: 0 });
  };

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...{ url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, faults },
    goAway() {
      for (const socket of sockets)
        socket.end(
          mqttPacket.generate({ cmd: "disconnect", reasonCode: SHUTTING_DOWN }, { protocolVersion: 5 }),
        );
    },
    refuseOnce: () => {
      refusals = 1;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
