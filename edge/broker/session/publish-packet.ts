/** A PUBLISH (MQTT 3.1.1 section 3.3). `packetId` is 0 with QoS 0. The payload is a view of the packet. */
export interface PublishPacket {
  topic: string;
  packetId: number;
  qos: 0 | 1 | 2;
  retain: boolean;
  payload: Buffer;
}

/** Reads a PUBLISH from its first byte and its body; null when it is malformed. */
export function readPublish(firstByte: number, body: Buffer): PublishPacket | null {
  const qos = (firstByte >> 1) & 3;
  if (qos === 3 || body.length < 2) return null;
  const topicEnd = 2 + (body[0]! << 8) + body[1]!;
  const payloadAt = qos === 0 ? topicEnd : topicEnd + 2;
  if (payloadAt > body.length) return null;
  const packetId = qos === 0 ? 0 : (body[topicEnd]! << 8) + body[topicEnd + 1]!;
  if (qos > 0 && packetId === 0) return null;
  return {
    topic: body.toString("utf8", 2, topicEnd),
    packetId,
    qos: qos as 0 | 1 | 2,
    retain: (firstByte & 1) === 1,
    payload: body.subarray(payloadAt),
  };
}

/** A message on its way to whoever subscribes, as aedes takes it. */
export type RoutedPacket = ReturnType<typeof routedPacket>;

export function routedPacket({ topic, payload, qos, retain }: PublishPacket) {
  return { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
}

/** How the gateway publishes something of its own. */
export interface Publishing {
  /** Absent: false. */
  retain?: boolean;
  /** Absent: 1. With 0 nothing is kept for a device that is away. */
  qos?: 0 | 1;
}

/** Something of the gateway's own, as aedes takes it. */
export function ownPacket(
  topic: string,
  payload: string | Uint8Array,
  { qos = 1, retain = false }: Publishing,
) {
  return { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain, dup: false } as const;
}
