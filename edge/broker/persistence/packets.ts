import type { EdgeDatabase } from "../../database/database.ts";

/** How a packet of aedes's is kept: its fields as JSON, its payload as it is. */

export interface StoredPacket {
  cmd?: string;
  topic?: string;
  payload?: Uint8Array | string;
  qos?: number;
  retain?: boolean;
  dup?: boolean;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number;
  clientId?: string;
}

/** Each when what was committed until it was read is on the disk. */
export async function* onDisk(
  packets: Iterable<StoredPacket>,
  db: Pick<EdgeDatabase, "isAhead" | "whenDurable">,
): AsyncGenerator<StoredPacket> {
  for (const packet of packets) {
    if (db.isAhead) await new Promise<void>((resolve) => db.whenDurable(resolve));
    yield packet;
  }
}

export interface PacketRow {
  fields: string;
  payload: Uint8Array;
}

export function toRow(packet: StoredPacket): PacketRow {
  const { payload, ...fields } = packet;
  const isText = typeof payload === "string";
  return {
    // A packet without a message id has the field all the same, and JSON would leave it out.
    fields: JSON.stringify({
      fields,
      isText,
      hasPayload: payload !== undefined,
      hasId: "messageId" in packet,
    }),
    payload: isText ? Buffer.from(payload) : (payload ?? new Uint8Array()),
  };
}

export function toPacket(row: PacketRow): StoredPacket {
  const { fields, isText, hasPayload, hasId } = JSON.parse(row.fields) as {
    fields: StoredPacket;
    isText: boolean;
    hasPayload: boolean;
    hasId: boolean;
  };
  const payload = Buffer.from(row.payload);
  return {
    ...(hasId && fields.messageId === undefined ? { messageId: undefined as never } : {}),
    ...fields,
    ...(hasPayload ? { payload: isText ? payload.toString() : payload } : {}),
  };
}

/** As aedes queues it: a copy that has no message id yet (MQTT 3.1.1 section 2.3.1). */
export function asQueued(packet: StoredPacket): StoredPacket {
  const { brokerId, brokerCounter = 0, cmd = "publish", topic, payload, qos = 0, retain, dup } = packet;
  return {
    ...("clientId" in packet ? { clientId: packet.clientId as string } : {}),
    ...("nl" in packet ? { nl: (packet as { nl: boolean }).nl } : {}),
    cmd,
    ...(brokerId === undefined ? {} : { brokerId }),
    brokerCounter,
    ...(topic === undefined ? {} : { topic }),
    payload: payload ?? Buffer.alloc(0),
    qos,
    retain: retain ?? false,
    dup: dup ?? false,
    ...(qos > 0 || cmd !== "publish" ? { messageId: undefined as never } : {}),
  };
}
