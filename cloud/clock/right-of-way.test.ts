import { expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { GIVES_WAY_MAX_MS, RightOfWay, WAITED_FOR_MAX_MS } from "./right-of-way.ts";

async function givingWay(way: RightOfWay): Promise<() => Promise<boolean>> {
  let gaveWay = false;
  void way.giveWay().then(() => {
    gaveWay = true;
  });
  return async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return gaveWay;
  };
}

test("nobody is held up while nobody waits, and goes on as soon as the last one has been answered", async () => {
  const way = new RightOfWay(new ManualClock());
  expect(await (await givingWay(way))()).toBe(true);
  const [one, other] = [way.begin(), way.begin()];
  const isOn = await givingWay(way);
  one();
  expect(await isOn()).toBe(false);
  other();
  expect(await isOn()).toBe(true);
});

test("however many wait, whoever gives way goes on after a moment", async () => {
  const clock = new ManualClock();
  const way = new RightOfWay(clock);
  way.begin();
  const isOn = await givingWay(way);
  clock.advance(GIVES_WAY_MAX_MS - 1);
  expect(await isOn()).toBe(false);
  clock.advance(1);
  expect(await isOn()).toBe(true);
});

test("a request that is held open holds nobody up for ever", async () => {
  const clock = new ManualClock();
  const way = new RightOfWay(clock);
  way.begin();
  clock.advance(WAITED_FOR_MAX_MS);
  expect(await (await givingWay(way))()).toBe(true);
});
