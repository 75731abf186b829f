import { expect, test } from "bun:test";
import { gone, refused, retryable, sent } from "../../protocol/notifications/outcome.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Troubles } from "./troubles.ts";

const KEY = "organisation apns";

test("a platform is in trouble once it took none of three messages, since the first of them", () => {
  const clock = new ManualClock(1_000);
  const troubles = new Troubles(clock);
  troubles.heard(KEY, refused("ExpiredProviderToken"));
  clock.advance(500);
  troubles.heard(KEY, retryable("503"));
  // An address that is gone is no fault of the platform.
  troubles.heard(KEY, gone("Unregistered"));
  expect(troubles.get(KEY)).toBeNull();
  troubles.heard(KEY, refused("InvalidProviderToken"));
  expect(troubles.get(KEY)).toEqual({ sinceMs: 1_000, reason: "InvalidProviderToken", messages: 3 });
  expect(troubles.get("organisation fcm")).toBeNull();
});

test("one message that is taken, or other credentials, end it", () => {
  const troubles = new Troubles(new ManualClock(1_000));
  const fail = () => {
    for (let count = 0; count < 3; count += 1) troubles.heard(KEY, refused("no"));
    expect(troubles.get(KEY)).not.toBeNull();
  };
  fail();
  troubles.heard(KEY, sent());
  expect(troubles.get(KEY)).toBeNull();
  fail();
  troubles.forget(KEY);
  expect(troubles.get(KEY)).toBeNull();
});
