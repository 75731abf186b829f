import { expect, test } from "bun:test";
import { auditChanges } from "./audit-values.ts";
import { wordsOf } from "./catalogues.ts";

const ID = "01a22565-5286-7cce-9012-c62c5aab91ee";
const told = (after: Record<string, unknown>, before: Record<string, unknown> | null = null) =>
  auditChanges(wordsOf("en"), { before, after }, "Europe/London").map(
    ({ name, before: was, after: is }) => `${name}: ${was === "" ? is : `${was} -> ${is}`}`,
  );

test("a job that was made is told in words", () => {
  const job = {
    kind: "ping",
    arguments: { count: 3 },
    targets: { sites: [ID], devices: [ID, ID], tags: ["north"], filter: { q: "till" } },
    timing: { kind: "now" },
    rollout: { kind: "batches", size: 3 },
    retries: { max: 0, firstMs: 10_000, maxMs: 600_000 },
    ...{ missed: "once", overlap: "skip", timeoutMs: 30_000, expiresAfterMs: 604_800_000 },
  };
  expect(told(job)).toEqual([
    "Kind: Check reachability",
    "With: count: 3",
    "On: all devices of 1 site, 2 devices, tags: north, devices that match a filter",
    "When: At once",
    "Rollout: 3 at a time",
    "May take: 30 s",
    "Begins within: 7 days",
  ]);
  expect(told({ ...job, timing: { kind: "cron", cron: "0 3 * * *" }, rollout: { kind: "all" } })).toContain(
    "Missed runs: Run once",
  );
  expect(told({ timing: { kind: "at", at: "2026-06-01T12:00:00.000Z" } })[0]).toContain("13:00");
});

test("what a notification was for, which counts only, is told the same way", () => {
  expect(told({ targets: { sites: 1, everyone: true }, channels: ["email", "mqtt"] })).toEqual([
    "On: all devices of 1 site, everybody",
    "By: Email, Devices (MQTT)",
  ]);
});

test("whatever an entry has is told by names and values, and nothing that is the same or empty", () => {
  expect(
    told(
      {
        customAttributes: { manager: "Nadia", floor: null },
        tags: ["a", "b"],
        order: [ID, ID],
        role: "viewer",
      },
      { customAttributes: {}, tags: ["a", "b"], order: [], role: "operator" },
    ),
  ).toEqual(["Attributes: manager: Nadia", "Order: 2", "Role: Operator -> Viewer"]);
  const messages = { en: { title: "Door open", priority: "high" }, de: { title: "Tür offen" } };
  expect(told({ messages })).toEqual(["Messages: en: Door open, de: Tür offen"]);
  expect(told({ kind: "of old", targets: 5, timing: "now", rollout: {}, removeDevices: true })).toEqual([
    ...["Kind: of old", "On: 5", "When: now", "Devices removed: yes"],
  ]);
});
