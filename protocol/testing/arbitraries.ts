import fc from "fast-check";
import type { Entry } from "../log/entry.ts";
import type { Topic } from "../topics/topics.ts";

/** Generators of valid protocol values, shared by the property tests. */

const KEY_FIRST = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];
const KEY_REST = [...KEY_FIRST, ".", "_", "-"];

export const deviceKey = fc
  .tuple(
    fc.constantFrom(...KEY_FIRST),
    fc.array(fc.constantFrom(...KEY_REST), { maxLength: 63 }).map((characters) => characters.join("")),
  )
  .map(([first, rest]) => first + rest);

const plainChannels = ["telemetry", "state", "status", "notification", "notification-ack"] as const;
const configChannels = ["config-desired", "config-reported"] as const;
const commandChannels = [
  "command",
  "command-progress",
  "command-log",
  "command-result",
  "firmware-want",
] as const;

export const topic: fc.Arbitrary<Topic> = fc.oneof(
  fc.record({ channel: fc.constantFrom(...plainChannels, ...configChannels), device: deviceKey }),
  fc.record({ channel: fc.constantFrom(...commandChannels), device: deviceKey, execution: deviceKey }),
  fc.record({
    channel: fc.constant("firmware-part" as const),
    ...{ device: deviceKey, execution: deviceKey, offset: fc.nat() },
  }),
);

/** Entries of one stream, in order, with gaps in their seqs as a disk policy leaves them. */
export function entriesAfter(after: number): fc.Arbitrary<Entry[]> {
  return fc
    .array(
      fc.record({
        delta: fc.integer({ min: 1, max: 1_000_000 }),
        atMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
        kind: fc.string({ maxLength: 16 }),
        payload: fc.uint8Array({ maxLength: 200 }),
      }),
      { maxLength: 20 },
    )
    .map((drafts) => {
      let seq = after;
      return drafts.map(({ delta, ...rest }) => {
        seq += delta;
        return { seq, ...rest };
      });
    });
}
