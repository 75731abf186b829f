import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { deviceId, findingsOf, settle } from "./verdict.ts";

const DAY_MS = 86_400_000;
/** A reading every half minute, with its own time. */
const EVERY_MS = 30_000;

/**
 * The cloud is away for so many days of the devices' time, and the gateway loses its power once a day; then the cloud
 * is back. Invariants: every reading of those days is there once, in order; the chart of the week counts them all.
 */
async function run(task: DrillTask): Promise<Findings> {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Away for a week");
  const credential = await gateway.addDevice("ledger-1");
  const endMs = Math.floor(Date.now() / EVERY_MS) * EVERY_MS;
  const beginMs = endMs - task.rounds * DAY_MS;
  await using device = new LedgerDevice(gateway.port, credential, (n) => ({
    n,
    temperature: 20 + Math.round(300 * Math.sin((n * EVERY_MS * 2 * Math.PI) / DAY_MS)) / 100,
    ts: beginMs + n * EVERY_MS,
  }));
  await until("the device to be known in the cloud", () => deviceId(cloud, device.key));
  await cloud.program.kill();
  for (let day = 1; day <= task.rounds; day += 1) {
    const goal = (day * DAY_MS) / EVERY_MS;
    device.start(16);
    await until("the day to pass", () => device.acknowledged.size >= goal, 60_000);
    await gateway.program.kill();
    await device.pause();
    await gateway.run();
    task.say(`day ${day}/${task.rounds}: ${device.acknowledged.size} acknowledged`);
  }
  const backMs = performance.now();
  await cloud.run();
  const settled = await settle(cloud, gateway, device);
  const caughtUpMs = performance.now() - backMs;
  const { figures, faults } = findingsOf(settled);

  const id = await deviceId(cloud, device.key);
  const range = `from=${beginMs}&to=${endMs + DAY_MS}`;
  const series = await cloud.api<{ points: [number, number, number, number, number][] }>(
    `/devices/${id}/telemetry?metric=n&points=${task.rounds * 24}&${range}`,
  );
  const counted = series.points.reduce((sum, point) => sum + point[4], 0);
  if (counted !== settled.stored) faults.push(`the chart counts ${counted} readings of ${settled.stored}`);
  return {
    figures: {
      days: task.rounds,
      ...figures,
      "counted by the chart": counted,
      "s from the cloud's start until all was there": Math.round(caughtUpMs / 100) / 10,
    },
    faults,
  };
}

export const sevenDays: Drill = {
  name: "seven-days",
  about: "the cloud is away for a simulated week, and the gateway is killed once a day",
  rounds: 7,
  shortRounds: 7,
  run,
};
