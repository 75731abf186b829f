import { describe, expect, test } from "bun:test";
import { Replies } from "./replies.ts";

function start() {
  const written: string[] = [];
  const failures: unknown[] = [];
  const replies = new Replies(
    (bytes) => written.push(Buffer.from(bytes).toString("hex")),
    (error) => failures.push(error),
  );
  return { replies, written, failures };
}

describe("the acknowledgements a session owes", () => {
  test("are sent in order, and together when they become due together", async () => {
    const { replies, written } = start();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    replies.owe(0x40, 1, first.promise);
    replies.owe(0x40, 2, first.promise);
    replies.owe(0x50, 3, second.promise);
    replies.owe(0x40, 258, Promise.resolve());
    second.resolve();
    await Bun.sleep(0);
    expect([written, replies.count]).toEqual([[], 4]);
    first.resolve();
    await Bun.sleep(0);
    expect([written, replies.count]).toEqual([["40020001400200025002000340020102"], 0]);
    replies.owe(0x40, 5, first.promise);
    await Bun.sleep(0);
    expect(written.slice(1)).toEqual(["40020005"]);
  });

  test("are not sent for what was not stored, nor after the end", async () => {
    const { replies, written, failures } = start();
    replies.owe(0x40, 1, Promise.reject(new Error("full")));
    await Bun.sleep(0);
    expect([written, failures.length]).toEqual([[], 1]);
    const late = Promise.withResolvers<void>();
    replies.owe(0x40, 2, late.promise);
    replies.owe(0x40, 3, Promise.reject(new Error("full")));
    replies.end();
    late.resolve();
    await Bun.sleep(0);
    expect([written, failures.length, replies.count]).toEqual([[], 1, 0]);
  });
});
