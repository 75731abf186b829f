/**
 * The byte table of MQTT 3.1.1: what a server must do with these bytes, by normative statement. `before` is sent first
 * (`connect`: a good CONNECT, whose CONNACK is read); `expect` is what comes back: bytes in hex, then whether the
 * connection is open. U, P stand for user name and password of a device, written by the test.
 */
export interface Row {
  statement: string;
  says: string;
  before: "nothing" | "connect";
  bytes: (device: Credential) => readonly number[];
  expect: { bytes?: string; open: boolean };
}
export interface Credential {
  user: string;
  password: string;
}

const text = (value: string | readonly number[]): number[] => {
  const bytes = typeof value === "string" ? [...Buffer.from(value)] : [...value];
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
};
const packet = (firstByte: number, body: readonly number[]): number[] => [
  firstByte,
  ...(body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]),
  ...body,
];
/** CONNECT with parts of it changed; user name and password are always at its end when their flags are set. */
const connect =
  (
    changed: {
      name?: string | readonly number[];
      level?: number;
      flags?: number;
      clientId?: string | readonly number[];
      will?: readonly number[];
      more?: readonly number[];
    } = {},
  ) =>
  ({ user, password }: Credential): number[] => {
    const { name = "MQTT", level = 4, flags = 0xc2, clientId = "c", will = [], more = [] } = changed;
    const body = [...text(name), level, flags, 0, 0, ...text(clientId), ...will];
    if ((flags & 0x80) !== 0) body.push(...text(user));
    if ((flags & 0x40) !== 0) body.push(...text(password));
    return packet(0x10, [...body, ...more]);
  };
const publish =
  (firstByte: number, topic: string | readonly number[], id: readonly number[] = []) =>
  ({ user }: Credential): number[] => {
    const name = typeof topic === "string" ? topic.replace("U", user) : topic;
    return packet(firstByte, [...text(name), ...id, ...Buffer.from('{"a":1}')]);
  };
const subscribe = (
  filter: string | readonly number[],
  qos: number | null,
  id: readonly number[] = [0, 1],
) => {
  return ({ user }: Credential): number[] => {
    const name = typeof filter === "string" ? filter.replace("U", user) : filter;
    return packet(0x82, [...id, ...text(name), ...(qos === null ? [] : [qos])]);
  };
};
const raw =
  (...bytes: number[]) =>
  () =>
    bytes;
const CLOSED = { open: false } as const;
const OPEN = { open: true } as const;
const ACCEPTED = { bytes: "20020000", open: true } as const;
const TELEMETRY = "homepot/U/telemetry";
const deep = `homepot/U/${"a/".repeat(120)}`;

export const TABLE: readonly Row[] = [
  {
    statement: "MQTT-1.5.3-1",
    says: "a surrogate in a text",
    before: "connect",
    bytes: publish(0x30, [0x61, 0xed, 0xa0, 0x80]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-1.5.3-2",
    says: "U+0000 in a text",
    before: "connect",
    bytes: publish(0x30, [0x61, 0x00]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-1.5.3-2",
    says: "U+0000 in a client id",
    before: "nothing",
    bytes: connect({ clientId: [0x61, 0] }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.2.2-2",
    says: "reserved flags of PINGREQ",
    before: "connect",
    bytes: raw(0xc1, 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.2.2-2",
    says: "reserved flags of PUBREL",
    before: "connect",
    bytes: raw(0x60, 2, 0, 1),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.2.2-2",
    says: "a packet type that is not there",
    before: "connect",
    bytes: raw(0xf0, 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.2.3",
    says: "a length of five bytes",
    before: "connect",
    bytes: raw(0x30, 0xff, 0xff, 0xff, 0xff, 1),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.3.1-1",
    says: "packet id 0 in PUBLISH",
    before: "connect",
    bytes: publish(0x32, TELEMETRY, [0, 0]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.3.1-1",
    says: "packet id 0 in SUBSCRIBE",
    before: "connect",
    bytes: subscribe("homepot/U/#", 0, [0, 0]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-2.3.1-7",
    says: "SUBACK has the packet id of its SUBSCRIBE",
    before: "connect",
    bytes: subscribe("homepot/U/#", 1, [1, 2]),
    expect: { bytes: "9003010201", open: true },
  },
  {
    statement: "MQTT-3.1.0-1",
    says: "the first packet is not CONNECT",
    before: "nothing",
    bytes: raw(0xc0, 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.0-2",
    says: "a second CONNECT",
    before: "connect",
    bytes: connect(),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-1",
    says: "another protocol name",
    before: "nothing",
    bytes: connect({ name: "MQTX" }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-2",
    says: "MQTT 5",
    before: "nothing",
    bytes: connect({ level: 5 }),
    expect: { bytes: "20020001", open: false },
  },
  {
    statement: "MQTT-3.1.2-2",
    says: "protocol level 6",
    before: "nothing",
    bytes: connect({ level: 6 }),
    expect: { bytes: "20020001", open: false },
  },
  {
    statement: "MQTT-3.1.2-2",
    says: "MQTT 3.1 is taken",
    before: "nothing",
    bytes: connect({ name: "MQIsdp", level: 3 }),
    expect: ACCEPTED,
  },
  {
    statement: "MQTT-3.1.2-3",
    says: "the reserved flag of CONNECT",
    before: "nothing",
    bytes: connect({ flags: 0xc3 }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-13",
    says: "a will QoS without a will",
    before: "nothing",
    bytes: connect({ flags: 0xca }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-14",
    says: "a will QoS of 3",
    before: "nothing",
    bytes: connect({ flags: 0xde, will: [...text("homepot/x/status"), ...text("offline")] }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-15",
    says: "a will retain flag without a will",
    before: "nothing",
    bytes: connect({ flags: 0xe2 }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-9",
    says: "a will without its topic",
    before: "nothing",
    bytes: () => packet(0x10, [...text("MQTT"), 4, 0x06, 0, 0, ...text("c")]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.3-1",
    says: "an empty will topic",
    before: "nothing",
    bytes: connect({ flags: 0xc6, will: [...text(""), ...text("x")] }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.2-22",
    says: "a password without a user name",
    before: "nothing",
    bytes: connect({ flags: 0x42 }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.3-4",
    says: "a client id that is no UTF-8",
    before: "nothing",
    bytes: connect({ clientId: [0xff, 0xfe] }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.3-5",
    says: "a client id of 23 letters and digits",
    before: "nothing",
    bytes: connect({ clientId: "0123456789abcdefghijklm" }),
    expect: ACCEPTED,
  },
  {
    statement: "MQTT-3.1.3-6",
    says: "an empty client id with a clean session",
    before: "nothing",
    bytes: connect({ clientId: "" }),
    expect: ACCEPTED,
  },
  {
    statement: "MQTT-3.1.3-8",
    says: "an empty client id without one",
    before: "nothing",
    bytes: connect({ clientId: "", flags: 0xc0 }),
    expect: { bytes: "20020002", open: false },
  },
  {
    statement: "MQTT-3.1.4-1",
    says: "bytes behind the end of CONNECT",
    before: "nothing",
    bytes: connect({ more: [1] }),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.1.4-4",
    says: "CONNECT is answered",
    before: "nothing",
    bytes: connect(),
    expect: ACCEPTED,
  },
  {
    statement: "MQTT-3.2.2-5",
    says: "a wrong password",
    before: "nothing",
    bytes: ({ user }) => connect()({ user, password: "wrong" }),
    expect: { bytes: "20020004", open: false },
  },
  {
    statement: "MQTT-3.3.1-2",
    says: "DUP with QoS 0",
    before: "connect",
    bytes: publish(0x38, TELEMETRY),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.3.1-4",
    says: "QoS 3",
    before: "connect",
    bytes: publish(0x36, TELEMETRY, [0, 1]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.3.2-1",
    says: "a topic that is longer than its packet",
    before: "connect",
    bytes: raw(0x30, 3, 0, 9, 0x61),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.3.2-2",
    says: "a wildcard in a topic",
    before: "connect",
    bytes: publish(0x30, "homepot/U/+"),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.3.4-1",
    says: "QoS 1 is answered with PUBACK",
    before: "connect",
    bytes: publish(0x32, TELEMETRY, [1, 2]),
    expect: { bytes: "40020102", open: true },
  },
  {
    statement: "MQTT-3.3.4-1",
    says: "QoS 2 is answered with PUBREC",
    before: "connect",
    bytes: publish(0x34, TELEMETRY, [1, 2]),
    expect: { bytes: "50020102", open: true },
  },
  {
    statement: "MQTT-3.3.4-1",
    says: "QoS 0 is not answered",
    before: "connect",
    bytes: publish(0x30, TELEMETRY),
    expect: OPEN,
  },
  {
    statement: "MQTT-3.3.5-2",
    says: "a publish that is not allowed",
    before: "connect",
    bytes: publish(0x32, "homepot/other/telemetry", [0, 1]),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.6.1-1",
    says: "PUBREL is answered with PUBCOMP",
    before: "connect",
    bytes: raw(0x62, 2, 0, 9),
    expect: { bytes: "70020009", open: true },
  },
  {
    statement: "MQTT-3.8.1-1",
    says: "reserved flags of SUBSCRIBE",
    before: "connect",
    bytes: raw(0x80, 6, 0, 1, 0, 1, 0x61, 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.8.3-1",
    says: "a filter that is no UTF-8",
    before: "connect",
    bytes: subscribe([0xc3, 0x28], 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.8.3-3",
    says: "SUBSCRIBE without a filter",
    before: "connect",
    bytes: raw(0x82, 2, 0, 1),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3-8.3-4",
    says: "SUBSCRIBE with QoS 3",
    before: "connect",
    bytes: subscribe("homepot/U/#", 3),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3-8.3-4",
    says: "SUBSCRIBE without its QoS",
    before: "connect",
    bytes: subscribe("homepot/U/#", null),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.9.3-2",
    says: "a filter that is not allowed",
    before: "connect",
    bytes: subscribe("homepot/other/#", 0),
    expect: { bytes: "9003000180", open: true },
  },
  {
    statement: "MQTT-3.10.1-1",
    says: "reserved flags of UNSUBSCRIBE",
    before: "connect",
    bytes: raw(0xa0, 5, 0, 1, 0, 1, 0x61),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.10.3-2",
    says: "UNSUBSCRIBE without a filter",
    before: "connect",
    bytes: raw(0xa2, 2, 0, 1),
    expect: CLOSED,
  },
  {
    statement: "MQTT-3.10.4-5",
    says: "UNSUBSCRIBE of what was not subscribed to is answered",
    before: "connect",
    bytes: raw(0xa2, 5, 0, 7, 0, 1, 0x61),
    expect: { bytes: "b0020007", open: true },
  },
  {
    statement: "MQTT-3.12.4-1",
    says: "PINGREQ is answered",
    before: "connect",
    bytes: raw(0xc0, 0),
    expect: { bytes: "d000", open: true },
  },
  {
    statement: "MQTT-3.14.4-1",
    says: "DISCONNECT closes",
    before: "connect",
    bytes: raw(0xe0, 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.1-2",
    says: "# in the middle",
    before: "connect",
    bytes: subscribe("homepot/U/#/a", 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.1-2",
    says: "# beside a letter",
    before: "connect",
    bytes: subscribe("homepot/U/a#", 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.1-3",
    says: "+ beside a letter",
    before: "connect",
    bytes: subscribe("homepot/U/a+", 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.3-1",
    says: "an empty topic",
    before: "connect",
    bytes: publish(0x30, ""),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.3-1",
    says: "an empty filter",
    before: "connect",
    bytes: subscribe("", 0),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.7.3-3",
    says: "a topic of 122 levels, beyond our bound",
    before: "connect",
    bytes: publish(0x30, deep),
    expect: CLOSED,
  },
  {
    statement: "MQTT-4.8.0-1",
    says: "PUBACK of three bytes",
    before: "connect",
    bytes: raw(0x40, 3, 0, 1, 0),
    expect: CLOSED,
  },
];
