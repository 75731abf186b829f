import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification, NotificationDetail } from "../../../protocol/notifications/notification.ts";
import type { Random } from "../../../protocol/random.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { type Doubles, PLATFORMS, type Platform, type Weather } from "../../bench-push/doubles.ts";
import { type Cloud, until } from "../../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "../drill.ts";
import { ALL, startStage } from "./stage.ts";
import { compare } from "./verdict.ts";

/** A platform that is well is done with all of a notification within this, whatever the others do. */
const WELL_LIMIT_MS = 15_000;
const SETTLE_LIMIT_MS = 420_000;
/** So many of the six are ill at the same time at most. */
const ILL_MAX = 3;
/** Platforms that can say good-bye, or take no token any more: that is answered by trying again at once, also while they are well. */
const PARTING: readonly Platform[] = ["apns", "mqtt"];
const FORGETFUL: readonly Platform[] = ["apns", "fcm", "wns", "mqtt"];

const BAD: readonly Exclude<Weather, null>[] = [
  { afterMs: 400 },
  { status: 429, headers: { "retry-after": "1" } },
  { status: 500 },
  { status: 503, headers: { "retry-after": "1" } },
  "reset",
  "hang",
];

/**
 * Notifications to browsers, phones, PCs, an external broker, mailboxes and a device while some of the platforms are slow, throttle,
 * fail, break connections or hang, others say good-bye or take no token any more, and the cloud is killed in the middle of it.
 * Invariant: every delivery comes to its platform in the end, a platform that is well is never waited for, and nothing comes
 * twice but what was in hand when the cloud was killed.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const directory = mkdtempSync(join(tmpdir(), "homepot-drill-platforms-"));
  try {
    await using stage = await startStage(directory);
    const { cloud, doubles } = stage;
    const made: string[] = [];
    const faults: string[] = [];
    const figures = { kills: 0, "longest of a platform that is well, ms": 0 };
    for (let round = 1; round <= task.rounds; round += 1) {
      const weathers = await setWeather(doubles, random);
      const well = PLATFORMS.filter((platform) => !weathers.has(platform));
      const kills = round % 2 === 0;
      // One that was ill until now comes back in its own time; how long that takes is not what is measured.
      await untilSent(cloud, made.at(-1), well, SETTLE_LIMIT_MS);
      const sentMs = performance.now();
      const { id } = await cloud.api<Notification>("/notifications", {
        method: "POST",
        body: JSON.stringify(stage.notification(`Cold room ${round} is open`)),
      });
      made.push(id);
      if (kills) {
        await Bun.sleep(random.next() * 800);
        await cloud.program.kill();
        await cloud.run();
        figures.kills += 1;
      }
      const isInTime = await untilSent(cloud, id, well, WELL_LIMIT_MS);
      const tookMs = Math.round(performance.now() - sentMs);
      const told = [...weathers].map(([platform, weather]) => `${platform} ${JSON.stringify(weather)}`);
      if (!isInTime) faults.push(`one that is well waited for others, round ${round}: ${told.join(", ")}`);
      else if (!kills)
        figures["longest of a platform that is well, ms"] = Math.max(
          figures["longest of a platform that is well, ms"],
          tookMs,
        );
      task.say(`round ${round}/${task.rounds}: ${told.join(", ")}${kills ? "; cloud killed" : ""}`);
    }
    for (const platform of PLATFORMS) await doubles.weather(platform, null);
    task.say("waiting until all have come");
    const stuck = await settle(cloud, made);
    const compared = await compare(cloud, doubles, made, figures.kills);
    return {
      figures: { notifications: made.length, ...figures, ...compared.figures },
      faults: [...faults, ...stuck, ...compared.faults],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Those that are ill from now on, and how. */
async function setWeather(doubles: Doubles, random: Random): Promise<Map<Platform, Weather>> {
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random.next() * some.length)]!;
  const ill = new Map<Platform, Weather>();
  for (let count = 1 + Math.floor(random.next() * ILL_MAX); count > 0; count -= 1)
    ill.set(pick(PLATFORMS), pick(BAD));
  for (const platform of PLATFORMS) await doubles.weather(platform, ill.get(platform) ?? null);
  if (random.next() < 0.4) await doubles.weather(pick(PARTING), "goaway");
  if (random.next() < 0.4) await doubles.weather(pick(FORGETFUL), "expired");
  return ill;
}

/** Whether all of a notification on these platforms was handed over in time; of none there is nothing to wait for. */
async function untilSent(
  cloud: Cloud,
  id: string | undefined,
  platforms: readonly Platform[],
  limitMs: number,
): Promise<boolean> {
  if (id === undefined) return true;
  const isDone = async (): Promise<boolean> => {
    const { channelCounts, run } = await cloud.api<NotificationDetail>(`/notifications/${id}`);
    const some = channelCounts.filter(({ channel }) => platforms.some((platform) => platform === channel));
    return run?.recipients === ALL && some.every(({ counts }) => counts.queued === 0);
  };
  return until("a platform that is well", isDone, limitMs).then(
    () => true,
    () => false,
  );
}

async function settle(cloud: Cloud, made: readonly string[]): Promise<string[]> {
  const stuck: string[] = [];
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  for (const id of made) {
    const isDone = async () => (await cloud.api<Notification>(`/notifications/${id}`)).status === "done";
    await until("every delivery", isDone, Math.max(1_000, endMs - performance.now())).catch(() => {
      stuck.push(`notification ${id} is not done`);
    });
  }
  return stuck;
}

export const platforms: Drill = {
  name: "platforms",
  about:
    "notifications while push platforms, a broker and the mail server are slow, throttle, fail, hang, and the cloud is killed",
  rounds: 30,
  shortRounds: 2,
  run,
};
