import { packet, text } from "./row.ts";

/**
 * Exchanges of several packets and connections, for what MQTT 3.1.1 demands of a server over time. Each step is of one
 * connection, by its name; all of them are the same device's.
 */
export interface Exchange {
  statements: readonly string[];
  says: string;
  steps: readonly Step[];
}

export type Step =
  | { by: string; send: readonly (readonly number[])[] }
  /** Exactly these packets come next; packet ids that the server gives count by their order of appearance, from 1. */
  | { by: string; hears: readonly (readonly number[])[] }
  /** Nothing has come but for what was heard: a PINGREQ is answered first. */
  | { by: string; hearsNothing: true }
  /** The server closes it. */
  | { by: string; isClosed: true }
  /** Its network breaks. */
  | { by: string; breaks: true }
  | { clockMs: number };

export const send = (by: string, ...packets: readonly number[][]): Step => ({ by, send: packets });
export const hears = (by: string, ...packets: readonly number[][]): Step => ({ by, hears: packets });
export const hearsNothing = (by: string): Step => ({ by, hearsNothing: true });
export const isClosed = (by: string): Step => ({ by, isClosed: true });
export const breaks = (by: string): Step => ({ by, breaks: true });

const word = (id: number): number[] => [id >> 8, id & 0xff];
/** Stands for the device's password, which the test knows. */
export const PASSWORD = "PASSWORD";
export const DEVICE = "pump-1";
export const TELEMETRY = `homepot/${DEVICE}/telemetry`;
export const STATE = `homepot/${DEVICE}/state`;
export const STATUS = `homepot/${DEVICE}/status`;

interface Will {
  topic: string;
  payload: string;
  qos?: number;
  retain?: boolean;
}

export function connect(
  options: { id?: string; clean?: boolean; keepAlive?: number; will?: Will } = {},
): number[] {
  const { id = "a", clean = true, keepAlive = 0, will } = options;
  const willFlags = will === undefined ? 0 : 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0);
  return packet(0x10, [
    ...text("MQTT"),
    4,
    0xc0 | (clean ? 2 : 0) | willFlags,
    ...word(keepAlive),
    ...text(id),
    ...(will === undefined ? [] : [...text(will.topic), ...text(will.payload)]),
    ...text(DEVICE),
    ...text(PASSWORD),
  ]);
}
export const connack = (sessionPresent = 0, code = 0): number[] => [0x20, 2, sessionPresent, code];

export function publish(
  topic: string,
  payload: string,
  options: { qos?: number; id?: number; retain?: boolean; dup?: boolean } = {},
): number[] {
  const { qos = 0, id = 1, retain = false, dup = false } = options;
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(first, [...text(topic), ...(qos === 0 ? [] : word(id)), ...Buffer.from(payload)]);
}
export const puback = (id: number): number[] => [0x40, 2, ...word(id)];
export const pubrec = (id: number): number[] => [0x50, 2, ...word(id)];
export const pubrel = (id: number): number[] => [0x62, 2, ...word(id)];
export const pubcomp = (id: number): number[] => [0x70, 2, ...word(id)];
export const subscribe = (id: number, ...filters: readonly (readonly [string, number])[]): number[] =>
  packet(0x82, [...word(id), ...filters.flatMap(([filter, qos]) => [...text(filter), qos])]);
export const suback = (id: number, ...codes: number[]): number[] => packet(0x90, [...word(id), ...codes]);
export const unsubscribe = (id: number, ...filters: readonly string[]): number[] =>
  packet(0xa2, [...word(id), ...filters.flatMap((filter) => text(filter))]);
export const unsuback = (id: number): number[] => [0xb0, 2, ...word(id)];
export const PINGREQ: number[] = [0xc0, 0];
export const PINGRESP: number[] = [0xd0, 0];
export const DISCONNECT: number[] = [0xe0, 0];

export const ONE = '{"n":1}';
export const TWO = '{"n":2}';
export const THREE = '{"n":3}';

/** A connection that is welcomed. */
export const open = (by: string, options: Parameters<typeof connect>[0] = {}, present = 0): Step[] => [
  send(by, connect({ id: by, ...options })),
  hears(by, connack(present)),
];
export const leave = (by: string): Step[] => [send(by, DISCONNECT), isClosed(by)];
export const subscribed = (by: string, filter: string, qos: number, id = 9): Step[] => [
  send(by, subscribe(id, [filter, qos])),
  hears(by, suback(id, qos)),
];
/** A message that is taken in, so that whoever is to have it has it in his queue. */
export const taken = (by: string, topic: string, payload: string, retain = false): Step[] => [
  send(by, publish(topic, payload, { qos: 1, id: 77, retain })),
  hears(by, puback(77)),
];
