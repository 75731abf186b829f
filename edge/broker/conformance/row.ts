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

export const text = (value: string | readonly number[]): number[] => {
  const bytes = typeof value === "string" ? [...Buffer.from(value)] : [...value];
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
};
export const packet = (firstByte: number, body: readonly number[]): number[] => [
  firstByte,
  ...(body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]),
  ...body,
];
/** CONNECT with parts of it changed; user name and password are always at its end when their flags are set. */
export const connect =
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
export const publish =
  (firstByte: number, topic: string | readonly number[], id: readonly number[] = []) =>
  ({ user }: Credential): number[] => {
    const name = typeof topic === "string" ? topic.replace("U", user) : topic;
    return packet(firstByte, [...text(name), ...id, ...Buffer.from('{"a":1}')]);
  };
export const subscribe = (
  filter: string | readonly number[],
  qos: number | null,
  id: readonly number[] = [0, 1],
) => {
  return ({ user }: Credential): number[] => {
    const name = typeof filter === "string" ? filter.replace("U", user) : filter;
    return packet(0x82, [...id, ...text(name), ...(qos === null ? [] : [qos])]);
  };
};
export const raw =
  (...bytes: number[]) =>
  () =>
    bytes;
export const CLOSED = { open: false } as const;
export const OPEN = { open: true } as const;
export const ACCEPTED = { bytes: "20020000", open: true } as const;
