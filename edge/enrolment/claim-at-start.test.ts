import { expect, test } from "bun:test";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import { claimAtStart } from "./claim-at-start.ts";
import type { Identity } from "./enrolment.ts";

const IDENTITY: Identity = {
  ...{ gatewayId: "0190b8e0-7c1a-7000-8000-000000000001", site: "Cardiff Bay" },
  ...{ organization: "Bistro", cloudUrl: "https://homepot.example" },
};

function begin(...answers: Result<Identity>[]) {
  const clock = new ManualClock();
  const said: string[] = [];
  let signal = new AbortController().signal;
  let asked = 0;
  const say = (level: string) => (message: string, properties?: { code?: string; site?: string }) =>
    void said.push(`${level}: ${message} ${properties?.code ?? properties?.site}`);
  const running = claimAtStart({
    ...{ clock, random: seededRandom(1) },
    log: { info: say("info"), warn: say("warn"), error: say("error") } as never,
    async enroll(given) {
      signal = given;
      asked += 1;
      return answers.shift() ?? refuse("cloud.unreachable", "no route");
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ said, running },
    asked: () => asked,
    aborted: () => signal.aborted,
    async wait() {
      await settle();
      clock.advance(MINUTE);
      await settle();
    },
  };
}

test("a code is exchanged, after however many attempts that did not reach the cloud", async () => {
  const unreached = refuse("cloud.unreachable", "no route");
  const claim = begin(unreached, unreached, accept(IDENTITY));
  for (let minute = 0; minute < 5; minute += 1) await claim.wait();
  expect(claim.asked()).toBe(3);
  expect(claim.said).toEqual(["warn: not enrolled yet cloud.unreachable", "info: enrolled Cardiff Bay"]);
});

test("a code that the cloud does not take is told once and not tried again", async () => {
  const claim = begin(refuse("claim.used", "by another"));
  for (let minute = 0; minute < 3; minute += 1) await claim.wait();
  expect(claim.asked()).toBe(1);
  expect(claim.said).toEqual(["error: not enrolled: the claim code is not taken claim.used"]);
});

test("a gateway that is enrolled already is left alone, in silence", async () => {
  const claim = begin(refuse("gateway.enrolled", "it belongs to site Cardiff Bay"));
  await claim.wait();
  expect([claim.asked(), claim.said]).toEqual([1, []]);
});

test("told to stop, it lets go of the request and asks no more", async () => {
  const claim = begin();
  claim.running[Symbol.dispose]();
  for (let minute = 0; minute < 3; minute += 1) await claim.wait();
  expect([claim.asked(), claim.said, claim.aborted()]).toEqual([1, [], true]);
});
