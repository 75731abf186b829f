import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification, NotificationDetail } from "../../protocol/notifications/notification.ts";
import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { type Doubles, type Platform, startDoubles, type Weather } from "../bench-push/doubles.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";

const PLATFORMS: readonly Platform[] = ["web-push", "apns"];
const BROWSERS = 120;
const PHONES = 120;
/** A platform that is well is done with all of a notification within this, whatever the other does. */
const WELL_LIMIT_MS = 15_000;
const SETTLE_LIMIT_MS = 420_000;
/** What may be in hand when the cloud is killed: twice what a lane has under way, of both. */
const TWICE_A_KILL = 2 * 2 * 256;

const BAD: readonly Exclude<Weather, null>[] = [
  { afterMs: 400 },
  { status: 429, headers: { "retry-after": "1" } },
  { status: 500 },
  { status: 503, headers: { "retry-after": "1" } },
  "reset",
  "hang",
];

/**
 * Notifications to browsers, phones and a device while each platform in turn is slow, throttles, fails, breaks connections, hangs, says
 * good-bye or takes no token any more, and the cloud is killed in the middle of it. Invariant: every delivery comes to its platform in
 * the end, a platform that is well is never waited for, and nothing comes twice but what was in hand when the cloud was killed.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const directory = mkdtempSync(join(tmpdir(), "homepot-drill-platforms-"));
  try {
    using doubles = await startDoubles(1);
    const authority = join(directory, "authority.pem");
    writeFileSync(authority, doubles.authority);
    await using cloud = await Cloud.start([
      ...["--outbound-allowed", doubles.webPush, "--outbound-authority", authority],
      ...["--push-apns-url", doubles.apns.url, "--log-level", "error"],
    ]);
    const targets = await makeTargets(cloud, doubles);
    const made: string[] = [];
    const faults: string[] = [];
    const figures = { kills: 0, "longest of a platform that is well, ms": 0 };
    for (let round = 1; round <= task.rounds; round += 1) {
      const well = PLATFORMS[Math.floor(random.next() * PLATFORMS.length)]!;
      const weather = BAD[Math.floor(random.next() * BAD.length)]!;
      const kills = round % 2 === 0;
      await setWeather(doubles, random, well, weather);
      // One that was bad until now comes back in its own time; how long that takes is not what is measured.
      await untilSent(cloud, made.at(-1), [well], SETTLE_LIMIT_MS);
      const sentMs = performance.now();
      const { id } = await post<Notification>(cloud, "/notifications", targets);
      made.push(id);
      if (kills) {
        await Bun.sleep(random.next() * 800);
        await cloud.program.kill();
        await cloud.run();
        figures.kills += 1;
      }
      const isInTime = await untilSent(cloud, id, [well, "mqtt"], WELL_LIMIT_MS);
      const tookMs = performance.now() - sentMs;
      if (!isInTime)
        faults.push(`${well} is well and waited for the other (${JSON.stringify(weather)}), round ${round}`);
      else if (!kills)
        figures["longest of a platform that is well, ms"] = Math.max(
          figures["longest of a platform that is well, ms"],
          Math.round(tookMs),
        );
      task.say(
        `round ${round}/${task.rounds}: ${JSON.stringify(weather)}, ${well} is well${kills ? ", cloud killed" : ""}`,
      );
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

async function makeTargets(cloud: Cloud, doubles: Doubles): Promise<object> {
  const { url: _, ...apns } = doubles.apns;
  await cloud.api("/push/platforms/apns/credentials", {
    method: "PUT",
    body: JSON.stringify({ credentials: apns }),
  });
  const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
  const browsers = await doubles.subscribe(publicKey, BROWSERS);
  const phones = Array.from({ length: PHONES }, (_, index) => ({
    platform: "apns",
    token: index.toString(16).padStart(64, "0"),
  }));
  const gateway = await Gateway.start(cloud, "Platforms");
  await gateway.addDevice("sign");
  const device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?q=sign");
    return items[0]?.id;
  });
  // It is away from here on: what is for its device stays in its log, and is counted there.
  await gateway[Symbol.asyncDispose]();
  return {
    targets: { addresses: [...browsers, ...phones], devices: [device] },
    message: { title: "Cold room 2 is open" },
  };
}

async function setWeather(
  doubles: Doubles,
  random: Random,
  well: Platform,
  weather: Exclude<Weather, null>,
): Promise<void> {
  for (const platform of PLATFORMS) await doubles.weather(platform, platform === well ? null : weather);
  // Apple's own ways to make it hard, also when it is well: both are answered by trying again at once.
  if (random.next() < 0.4) await doubles.weather("apns", random.next() < 0.5 ? "goaway" : "expired");
}

/** Whether all of a notification on these channels was handed over in time; of none there is nothing to wait for. */
async function untilSent(
  cloud: Cloud,
  id: string | undefined,
  channels: readonly string[],
  limitMs: number,
): Promise<boolean> {
  if (id === undefined) return true;
  const isDone = async (): Promise<boolean> => {
    const { channelCounts, run } = await cloud.api<NotificationDetail>(`/notifications/${id}`);
    const some = channelCounts.filter(({ channel }) => channels.includes(channel));
    return run?.recipients === BROWSERS + PHONES + 1 && some.every(({ counts }) => counts.queued === 0);
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

async function compare(
  cloud: Cloud,
  doubles: Doubles,
  made: readonly string[],
  kills: number,
): Promise<Findings> {
  const faults: string[] = [];
  const known = new Map<string, string>();
  for (const id of made) {
    const { counts } = await cloud.api<NotificationDetail>(`/notifications/${id}`);
    const came = counts.sent + counts.delivered + counts.opened;
    if (came !== BROWSERS + PHONES + 1)
      faults.push(`${came} of ${BROWSERS + PHONES + 1} of ${id} were sent: ${JSON.stringify(counts)}`);
    for (let cursor: string | null = ""; cursor !== null; ) {
      const from = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: { items: { id: string; channel: string }[]; nextCursor: string | null } = await cloud.api(
        `/notifications/${id}/deliveries?limit=500${from}`,
      );
      for (const one of page.items) known.set(one.id, one.channel);
      cursor = page.nextCursor;
    }
  }
  const taken = await doubles.taken();
  const times = new Map<string, number>();
  for (const { id } of [...taken["web-push"], ...taken.apns]) times.set(id, (times.get(id) ?? 0) + 1);
  for (const [id, channel] of known)
    if (channel !== "mqtt" && !times.has(id)) faults.push(`${id} (${channel}) never came`);
  for (const id of times.keys()) if (!known.has(id)) faults.push(`${id} came, and is no delivery`);
  const twice = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  if (twice > kills * TWICE_A_KILL) faults.push(`${twice} came twice`);
  const inLog = countDownlog(cloud);
  if (inLog !== made.length)
    faults.push(`${inLog} entries in the gateway's log for ${made.length} notifications`);
  const receipts = await tellReceipts(cloud, taken["web-push"]);
  return {
    figures: { deliveries: known.size, "handed over twice": twice, "receipts stored": receipts },
    faults: faults.slice(0, 10),
  };
}

/** Each browser says that it has it; as many deliveries must then be delivered. */
async function tellReceipts(cloud: Cloud, taken: readonly { receipt: string }[]): Promise<number> {
  const left = [...new Set(taken.map(({ receipt }) => receipt))];
  const told = left.length;
  const tell = async (): Promise<void> => {
    for (let token = left.pop(); token !== undefined; token = left.pop())
      await fetch(`${cloud.url}/api/v1/receipts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, action: "delivered" }),
      });
  };
  await Promise.all(Array.from({ length: 32 }, tell));
  const { totals } = await cloud.api<{ totals: { delivered: number } }>("/notifications/stats");
  if (totals.delivered !== told)
    throw new Error(`${told} receipts were told, and ${totals.delivered} are stored`);
  return told;
}

function countDownlog({ directory }: Cloud): number {
  using database = new Database(join(directory, "cloud.db"), { readonly: true });
  const row = database
    .query<{ entries: number }, []>(
      "SELECT count(*) AS entries FROM downlog WHERE kind = 'notification.send'",
    )
    .get();
  return row?.entries ?? 0;
}

const post = <T>(cloud: Cloud, path: string, body: object): Promise<T> =>
  cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });

export const platforms: Drill = {
  name: "platforms",
  about: "notifications while push platforms are slow, throttle, fail, hang, and the cloud is killed",
  rounds: 30,
  shortRounds: 2,
  run,
};
