import type { Fault } from "../fault.ts";

/** What broken firmware sends in place of its values; each of them was seen in the field. */
const SPOILT: readonly ((text: string) => string)[] = [
  (text) => text.slice(0, Math.ceil(text.length / 2)),
  (text) => text.replace(/:-?\d+(\.\d+)?/, ":NaN"),
  (text) => text.replaceAll('"', "'"),
  (text) => `[${text},null]`,
  (text) => text.replace(/"ts":\d+/, '"ts":"yesterday"'),
  () => "ERROR 17",
];

/** Every message of measured values is spoilt in one way or another; connection and answers are well. */
export const wrongPayloads: Fault = {
  what: "wrong-payloads",
  garble: (text, random) => SPOILT[Math.floor(random.next() * SPOILT.length)]!(text),
};
