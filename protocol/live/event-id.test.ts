import { expect, test } from "bun:test";
import { formatEventId, parseEventId } from "./event-id.ts";

test("an id is read as it was written", () => {
  const id = { epoch: "0123456789abcdef", seq: 42 };
  expect(parseEventId(formatEventId(id))).toEqual(id);
});

test.each(["", "0123456789abcdef", ":1", "0123456789abcdef:", "0123456789abcdef:-1", "0123456789ABCDEF:1"])(
  "%p is none",
  (text) => expect(parseEventId(text)).toBeNull(),
);
