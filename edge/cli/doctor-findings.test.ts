import { expect, test } from "bun:test";
import { examineCloud, examineRejected } from "./doctor-findings.ts";

const enrolment = { cloud: "https://cloud.example", site: "Cardiff", gateway: "g", organization: "o" };

test.each([
  [{ urgent: 0, bulk: 0 }, "0 events and 0 chunks of telemetry wait for it"],
  [{ urgent: 1, bulk: 0 }, "1 event and 0 chunks of telemetry wait for it"],
  [{ urgent: 12, bulk: 1 }, "12 events and 1 chunk of telemetry wait for it"],
])("what waits for the cloud is counted as people count: %o", (waiting, says) => {
  expect(examineCloud({ enrolment, uplink: null, waiting } as never).says).toBe(says);
});

test("one message that was refused is one message", () => {
  const newest = [{ at: "2026-11-29T10:00:00.000Z", topic: "t", code: "c", reason: "r" }];
  expect(examineRejected({ rejected: { total: 1, newest } } as never).says).toStartWith(
    "1 message was refused, the newest at",
  );
});
