import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import type { FirmwareStage } from "../../../protocol/firmware/transfer.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import { JobSite } from "../testing/job-site.ts";

const ID = "0192f0c1-2345-7abc-8def-000000000001";
const BYTES = Buffer.from("all that a till runs, from its version 8 on");
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const OFFER = { name: "till", version: "8.0.0", sha256: SHA256, sizeBytes: BYTES.length };

let site: JobSite;
beforeEach(() => {
  site = new JobSite();
  site.firmware.set(SHA256, BYTES);
  site.jobs.start();
  site.describe("till-1", { type: "payment-terminal", firmware: "7.12.0" });
});
afterEach(() => site[Symbol.dispose]());

const want = async (args: object = {}) => {
  const firmware = "0192f0c1-2345-7abc-8def-0000000000f1";
  const wanted = { firmware, ...OFFER, deviceType: "payment-terminal", ...args };
  site.want({ execution: ID, jobKind: "firmware.transfer", arguments: wanted, timeoutMs: 10 * MINUTE });
  await site.settle();
};
const say = (stage: FirmwareStage, message?: string) =>
  site.db.transaction(() =>
    site.jobs.answered("till-1", ID, {
      channel: "progress",
      stage,
      ...(message === undefined ? {} : { message }),
    }),
  );
const take = async (offset: number, length: number) => {
  site.jobs.wanted("till-1", ID, { offset, length });
  await site.settle();
  return Buffer.from(site.parts.at(-1)?.bytes ?? []).toString();
};
const progress = () => {
  site.clock.advance(SECOND);
  const said = site.told("job.progress").at(-1);
  return said?.kind === "job.progress" ? [said.percent, said.message] : [];
};
const lines = () =>
  site
    .told("job.log")
    .flatMap((event) => (event.kind === "job.log" ? event.lines.map(({ message }) => message) : []));

test("a device is told of it, takes it part by part, and is believed when it says that it runs it", async () => {
  site.connect("till-1");
  await want();
  expect(site.published).toEqual([
    { device: "till-1", execution: ID, command: "update-firmware", args: { ...OFFER, partMaxBytes: 65_536 } },
  ]);
  expect(await take(0, 20)).toBe(BYTES.subarray(0, 20).toString());
  expect(await take(20, 1_000)).toBe(BYTES.subarray(20).toString());
  expect(site.parts[1]!.topic).toEqual({
    channel: "firmware-part",
    device: "till-1",
    execution: ID,
    offset: 20,
  });
  expect(progress()).toEqual([65, "the device takes it"]);
  say("staged");
  expect(progress()).toEqual([65, "staged"]);
  say("applied", "starting 8.0.0");
  expect(progress()).toEqual([80, "applied: starting 8.0.0"]);
  site.answer("till-1", ID, { ok: true, output: { healthy: true } });
  expect(site.states()).toEqual(["succeeded"]);
  site.describe("till-1", { type: "payment-terminal", firmware: "7.12.0" });
  expect(site.states()).toEqual([]);
  site.describe("till-1", { type: "payment-terminal", firmware: "8.0.0" });
  expect(site.states()).toEqual(["verified"]);
});

test("what it says on the way is in its log", async () => {
  site.connect("till-1");
  await want();
  say("staged");
  say("rolled-back", "going back to 7.12.0");
  expect(lines()).toEqual([
    `the gateway has ${BYTES.length} bytes, SHA-256 ${SHA256}`,
    "staged",
    "rolled-back: going back to 7.12.0",
  ]);
  site.answer("till-1", ID, { ok: false, error: "it did not start within 30 s" });
  expect(site.states().at(-1)).toBe("failed: rolled back: it did not start within 30 s");
});

test("one that it runs already is not brought to it, and one for another type of device never", async () => {
  site.connect("till-1");
  await want({ version: "7.12.0" });
  expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
  site.want({
    execution: ID.replace(/1$/, "2"),
    ...{ jobKind: "firmware.transfer", retries: { max: 3, firstMs: SECOND, maxMs: SECOND } },
    arguments: { firmware: ID, ...OFFER, deviceType: "camera" },
  });
  await site.settle();
  expect(site.states().at(-1)).toBe("failed: till 8.0.0 is for a camera, and this is a payment-terminal");
  expect(site.published).toEqual([]);
});

test("while the cloud cannot be reached it waits, and one that the cloud has no more fails", async () => {
  site.connect("till-1");
  site.unreachable = "connection refused";
  await want();
  expect(lines()).toEqual(["the gateway cannot fetch it yet: connection refused"]);
  site.unreachable = null;
  site.clock.advance(SECOND);
  await site.settle();
  expect(site.published.length).toBe(1);
  site.answer("till-1", ID, { ok: true });
  site.firmware.clear();
  site.want({
    execution: ID.replace(/1$/, "2"),
    jobKind: "firmware.transfer",
    arguments: { firmware: ID, ...OFFER },
  });
  await site.settle();
  expect(site.states().at(-1)).toBe(
    `failed: the gateway could not fetch it: firmware with the SHA-256 ${SHA256}`,
  );
});

test("a gateway that went down in the middle goes on with what the device has asked for", async () => {
  site.connect("till-1");
  await want();
  await take(0, 20);
  site.crash();
  expect(await take(20, 5)).toBe(BYTES.subarray(20, 25).toString());
  site.answer("till-1", ID, { ok: true });
  expect(site.states()).toEqual(["delivered", "running", "succeeded"]);
});

test("a device that was away is told once more, with the same deadline, until it starts the new one", async () => {
  site.connect("till-1");
  await want();
  site.clock.advance(MINUTE);
  site.disconnect("till-1");
  site.crash();
  site.connect("till-1");
  await site.settle();
  expect(site.published.length).toBe(2);
  expect(site.published[1]).toEqual(site.published[0]!);
  site.jobs.subscribed("till-1", "homepot/till-1/config/desired");
  say("applied");
  site.connect("till-1");
  await site.settle();
  expect(site.published.length).toBe(2);
});

test.each([
  [[], "the device has not taken all of it"],
  [["staged"], "the device has all of it, and did not start it"],
  [["staged", "applied"], "the device started it, and neither confirmed it nor rolled it back"],
] as const)(
  "one that says %j and no more has taken too long, and it is said what for",
  async (stages, why) => {
    site.connect("till-1");
    await want();
    for (const stage of stages) say(stage);
    site.clock.advance(10 * MINUTE);
    expect(site.states().at(-1)).toBe(
      `timed-out: it took longer than 600 s: ${why}; it last said that it runs 7.12.0`,
    );
    // Nobody waits for it any more.
    const given = site.parts.length;
    await take(0, 5);
    expect(site.parts.length).toBe(given);
  },
);
