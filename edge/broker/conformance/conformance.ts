import { isMqttText } from "./mqtt-text.ts";

/**
 * What a client may send, as OASIS MQTT 3.1.1 has it, checked before aedes sees it: aedes is looser in places, and some
 * of what it takes would cost another client.
 *
 * Promises: a packet that passed is well formed to the last byte; for one that is not, the statement of the standard it
 * breaks is named. It never looks at what a message means.
 */
export interface Violation {
  /** As `MQTT-3.1.3-8`. */
  statement: string;
  reason: string;
  /** What CONNACK says before the connection is closed, where the standard wants one. */
  returnCode?: 1 | 2;
}

/** Checks one packet of a client: its first byte (already known to be of a kind a client sends) and its body. */
export function checkPacket(firstByte: number, body: Buffer): Violation | null {
  switch (firstByte >> 4) {
    case 1:
      return checkConnect(body);
    case 3:
      return checkPublish(firstByte, body);
    case 8:
      return checkSubscribe(body);
    case 10:
      return checkUnsubscribe(body);
    case 12:
    case 14:
      return body.length === 0 ? null : broken("MQTT-2.2.2-1", "a packet without a body has one");
    default:
      // PUBACK, PUBREC, PUBREL, PUBCOMP: a packet id and nothing else.
      if (body.length !== 2) return broken("MQTT-2.2.2-1", "an acknowledgement is not two bytes long");
      return body.readUInt16BE(0) === 0 ? broken("MQTT-2.3.1-1", "the packet id is 0") : null;
  }
}

const LEVELS_MAX = 100;

function checkConnect(body: Buffer): Violation | null {
  const reader = new Reader(body);
  const name = reader.text();
  const level = reader.byte();
  const flags = reader.byte();
  const keepAlive = reader.number();
  if (name === null || keepAlive === null || level === null || flags === null)
    return broken("MQTT-3.1.0-1", "CONNECT ends too early");
  const is311 = name === "MQTT" && (level & 0x7f) === 4;
  const is31 = name === "MQIsdp" && (level & 0x7f) === 3;
  if (name !== "MQTT" && name !== "MQIsdp") return broken("MQTT-3.1.2-1", "the protocol name is not MQTT");
  if (!is311 && !is31)
    return { ...broken("MQTT-3.1.2-2", `protocol level ${level} is not spoken here`), returnCode: 1 };
  if ((flags & 1) !== 0) return broken("MQTT-3.1.2-3", "the reserved flag is set");
  const [hasUser, hasPassword, willRetain, willQos, hasWill, clean] = [
    (flags & 0x80) !== 0,
    (flags & 0x40) !== 0,
    (flags & 0x20) !== 0,
    (flags >> 3) & 3,
    (flags & 4) !== 0,
    (flags & 2) !== 0,
  ];
  if (willQos === 3) return broken("MQTT-3.1.2-14", "the will's QoS is 3");
  if (!hasWill && willQos !== 0) return broken("MQTT-3.1.2-13", "there is a will QoS and no will");
  if (!hasWill && willRetain) return broken("MQTT-3.1.2-15", "there is a will retain flag and no will");
  if (hasPassword && !hasUser) return broken("MQTT-3.1.2-22", "there is a password and no user name");
  const clientId = reader.text();
  if (clientId === null) return broken("MQTT-3.1.3-4", "the client id is missing, or no text");
  if (clientId === "" && (!clean || is31))
    return { ...broken("MQTT-3.1.3-8", "an empty client id needs a clean session"), returnCode: 2 };
  if (hasWill) {
    const topic = reader.text();
    if (topic === null) return broken("MQTT-3.1.3-10", "the will's topic is missing, or no text");
    const wrong = checkTopicName(topic);
    if (wrong !== null) return wrong;
    if (reader.bytes() === null) return broken("MQTT-3.1.3-10", "the will's message is missing");
  }
  if (hasUser && reader.text() === null)
    return broken("MQTT-3.1.3-11", "the user name is missing, or no text");
  if (hasPassword && reader.bytes() === null) return broken("MQTT-3.1.2-21", "the password is missing");
  return reader.isAtEnd ? null : broken("MQTT-3.1.0-1", "CONNECT goes on after its end");
}

function checkPublish(firstByte: number, body: Buffer): Violation | null {
  const qos = (firstByte >> 1) & 3;
  if (qos === 3) return broken("MQTT-3.3.1-4", "the QoS is 3");
  if (qos === 0 && (firstByte & 8) !== 0) return broken("MQTT-3.3.1-2", "DUP is set with QoS 0");
  const reader = new Reader(body);
  const topic = reader.text();
  if (topic === null) return broken("MQTT-3.3.2-1", "the topic is missing, or no text");
  const wrong = checkTopicName(topic);
  if (wrong !== null) return wrong;
  if (qos === 0) return null;
  const packetId = reader.number();
  if (packetId === null) return broken("MQTT-2.3.1-1", "the packet id is missing");
  return packetId === 0 ? broken("MQTT-2.3.1-1", "the packet id is 0") : null;
}

function checkSubscribe(body: Buffer): Violation | null {
  const reader = new Reader(body);
  const packetId = reader.number();
  if (packetId === null || packetId === 0) return broken("MQTT-2.3.1-1", "the packet id is 0, or missing");
  if (reader.isAtEnd) return broken("MQTT-3.8.3-3", "SUBSCRIBE has no filter");
  while (!reader.isAtEnd) {
    const wrong = checkFilter(reader.text());
    if (wrong !== null) return wrong;
    const qos = reader.byte();
    if (qos === null || qos > 2) return broken("MQTT-3-8.3-4", "the QoS asked for is not 0, 1 or 2");
  }
  return null;
}

function checkUnsubscribe(body: Buffer): Violation | null {
  const reader = new Reader(body);
  const packetId = reader.number();
  if (packetId === null || packetId === 0) return broken("MQTT-2.3.1-1", "the packet id is 0, or missing");
  if (reader.isAtEnd) return broken("MQTT-3.10.3-2", "UNSUBSCRIBE has no filter");
  while (!reader.isAtEnd) {
    const wrong = checkFilter(reader.text());
    if (wrong !== null) return wrong;
  }
  return null;
}

function checkTopicName(topic: string): Violation | null {
  if (topic === "") return broken("MQTT-4.7.3-1", "the topic is empty");
  if (topic.includes("+") || topic.includes("#"))
    return broken("MQTT-3.3.2-2", "a topic that is published to has a wildcard");
  return tooDeep(topic);
}

function checkFilter(filter: string | null): Violation | null {
  if (filter === null) return broken("MQTT-3.8.3-1", "a filter is missing, or no text");
  if (filter === "") return broken("MQTT-4.7.3-1", "a filter is empty");
  const levels = filter.split("/");
  for (const [index, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || index < levels.length - 1))
      return broken("MQTT-4.7.1-2", "# is not alone in the last level");
    if (level.includes("+") && level !== "+") return broken("MQTT-4.7.1-3", "+ is not alone in its level");
  }
  return tooDeep(filter);
}

/** The standard has no bound; the matching of topics has one. */
function tooDeep(topic: string): Violation | null {
  let levels = 1;
  for (const letter of topic) if (letter === "/") levels += 1;
  return levels > LEVELS_MAX ? broken("MQTT-4.7.3-3", `a topic has more than ${LEVELS_MAX} levels`) : null;
}

function broken(statement: string, reason: string): Violation {
  return { statement, reason };
}

/** Reads a body from its front; every method gives null when it ends too early. */
class Reader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#body.length;
  }

  byte(): number | null {
    const value = this.#body[this.#at];
    this.#at += 1;
    return value ?? null;
  }

  number(): number | null {
    if (this.#at + 2 > this.#body.length) return this.#end();
    const value = this.#body.readUInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  bytes(): Buffer | null {
    const length = this.number();
    if (length === null || this.#at + length > this.#body.length) return this.#end();
    const value = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** Null for bytes that are no text either. */
  text(): string | null {
    const bytes = this.bytes();
    return bytes !== null && isMqttText(bytes) ? bytes.toString("utf8") : null;
  }

  #end(): null {
    this.#at = this.#body.length;
    return null;
  }
}
