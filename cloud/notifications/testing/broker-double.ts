import { type AddressInfo, createServer, type Socket } from "node:net";
import mqttPacket from "mqtt-packet";
import { type Fault, Faults } from "./fault.ts";

/**
 * A broker elsewhere that speaks MQTT 5 (OASIS, version 5.0) as far as one who publishes at QoS 1 or 2 needs, and is ill when told
 * to. At QoS 2 it is as strict as it may be: what was not released (PUBREL) is never handed on, and what has a packet id that is
 * under way in its session is taken for the same, whatever it is.
 */
export interface BrokerDouble extends AsyncDisposable {
  url: string;
  /** What was handed on, in order. */
  taken: Taken[];
  /** By topic. */
  faults: Faults;
  /** Says good-bye to every connection (DISCONNECT, 0x8B), as a broker that is shut down does. */
  goAway(): void;
  /** Lets the next one who connects not in. */
  refuseOnce(): void;
  /** Knows no session any more, as a broker that kept nothing and was started again. */
  forget(): void;
  /** What it says of itself when it lets somebody in. */
  says: { maximumQoS?: 0 | 1; receiveMaximum?: number; maximumPacketSize?: number };
}

export interface Taken {
  topic: string;
  payload: Record<string, unknown>;
  qos: number;
  /** How often it was published under its packet id. */
  times: number;
}

/** Sections 2.4 and 3.2.2.2. */
const SHUTTING_DOWN = 0x8b;
const UNAVAILABLE = 0x88;
const QUOTA_EXCEEDED = 0x97;
const UNSPECIFIED = 0x80;
const NOT_FOUND = 0x92;
const TOO_MANY = 0x93;

/** By packet id: what was published at QoS 2 and not released. */
type Session = Map<number, Taken>;
type Say = (packet: mqttPacket.Packet) => void;

export async function startBroker(): Promise<BrokerDouble> {
  const taken: Taken[] = [];
  const faults = new Faults();
  const sockets = new Set<Socket>();
  const sessions = new Map<string, Session>();
  const says: BrokerDouble["says"] = {};
  let refusals = 0;

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    let session: Session = new Map();
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const parser = mqttPacket.parser({ protocolVersion: 5 });
    const say: Say = (packet) => {
      if (socket.writable) socket.write(mqttPacket.generate(packet, { protocolVersion: 5 }));
    };
    parser.on("error", () => socket.destroy());
    parser.on("packet", (packet) => {
      if (packet.cmd === "connect") session = welcome(packet, socket, say);
      else if (packet.cmd === "pingreq") say({ cmd: "pingresp" });
      else if (packet.cmd === "publish") void publish(packet, session, socket, say);
      else if (packet.cmd === "pubrel") release(packet.messageId ?? 0, session, say);
      else if (packet.cmd === "disconnect") socket.end();
    });
    socket.on("data", (bytes: Buffer) => parser.parse(bytes));
  };

  const welcome = (packet: mqttPacket.IConnectPacket, socket: Socket, say: Say): Session => {
    const isRefused = refusals > 0;
    refusals = 0;
    const before = packet.clean === true ? undefined : sessions.get(packet.clientId);
    const session = before ?? new Map();
    const isKept = (packet.properties?.sessionExpiryInterval ?? 0) > 0;
    if (!isRefused && isKept) sessions.set(packet.clientId, session);
    say({
      ...{ cmd: "connack", sessionPresent: !isRefused && before !== undefined },
      ...{ reasonCode: isRefused ? UNAVAILABLE : 0, properties: says },
    });
    if (isRefused) socket.end();
    return session;
  };

  const publish = async (
    { topic, payload, messageId = 0, qos }: mqttPacket.IPublishPacket,
    session: Session,
    socket: Socket,
    say: Say,
  ): Promise<void> => {
    const fault = faults.get(topic);
    if (fault === "hang") return;
    const known = session.get(messageId);
    if (fault === "reset" || qos === 0 || qos > (says.maximumQoS ?? 2)) {
      socket.destroy();
      return;
    }
    if (qos === 2 && known === undefined && session.size >= (says.receiveMaximum ?? 65_535)) {
      socket.end(mqttPacket.generate({ cmd: "disconnect", reasonCode: TOO_MANY }, { protocolVersion: 5 }));
      return;
    }
    const cmd = qos === 2 ? "pubrec" : "puback";
    if (known !== undefined) known.times += 1;
    else if (fault !== undefined && "status" in fault) {
      say({ cmd, messageId, reasonCode: codeOf(fault) });
      return;
    } else {
      const one = {
        topic,
        payload: JSON.parse(payload.toString()) as Record<string, unknown>,
        qos,
        times: 1,
      };
      // What is published again while it takes its time is the same.
      if (qos === 2) session.set(messageId, one);
      if (fault !== undefined) await Bun.sleep(fault.afterMs);
      if (qos === 1) taken.push(one);
    }
    say({ cmd, messageId, reasonCode: 0 });
  };

  const release = (messageId: number, session: Session, say: Say): void => {
    const one = session.get(messageId);
    if (one !== undefined) taken.push(one);
    session.delete(messageId);
    say({ cmd: "pubcomp", messageId, reasonCode: one === undefined ? NOT_FOUND : 0 });
  };

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...{ url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, faults, says },
    goAway() {
      for (const socket of sockets)
        socket.end(
          mqttPacket.generate({ cmd: "disconnect", reasonCode: SHUTTING_DOWN }, { protocolVersion: 5 }),
        );
    },
    refuseOnce: () => {
      refusals = 1;
    },
    forget: () => {
      sessions.clear();
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const codeOf = ({ status }: Extract<Fault, { status: number }>): number =>
  status === 429 ? QUOTA_EXCEEDED : UNSPECIFIED;
