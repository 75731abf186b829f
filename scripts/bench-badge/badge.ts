import mqtt, { type MqttClient } from "mqtt";
import type { Page } from "playwright-core";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { enrol, Generator } from "../bench-fan-in/generators.ts";
import { launchChromium, logIn, openPage } from "../e2e/browser.ts";
import { Cloud, type DeviceCredential, Gateway, until } from "../e2e/stack.ts";

/** Longest time a badge may take before the benchmark gives up. */
const GIVE_UP_MS = 10_000;
const TARGET_MS = 250;
/** Others that are connected, each with a device that comes and goes all the time. */
const GATEWAYS = 200;
/** How long a change takes about, with the pause before it. */
const SECONDS_EACH = 0.4;
const WORDS = { online: "Online", offline: "Offline" } as const;

type State = keyof typeof WORDS;

/** A change of a badge as the page painted it. */
interface Painted {
  device: string;
  word: string;
  atMs: number;
}

/**
 * Devices of a gateway come and go, each an MQTT client; somebody has their list open in Chromium. How long after a
 * device began to connect, or its line was cut, the frame is painted in which its badge has changed. All are processes
 * of this machine, and so have one clock. Meanwhile other gateways of the organisation tell of their devices.
 */
export async function benchBadge(
  say: (line: string) => void,
  { devices: count, changes, perSecond }: { devices: number; changes: number; perSecond: number },
): Promise<BenchRow[]> {
  await using cloud = await Cloud.start();
  using others = new Generator(cloud.url.replace("http", "ws"));
  const { ids, key } = await enrol(cloud, GATEWAYS);
  await others.order({ connect: ids, key });
  await using gateway = await Gateway.start(cloud, "Cardiff Bay");
  const devices: Device[] = [];
  for (let number = 1; number <= count; number += 1) {
    devices.push(new Device(gateway.port, await gateway.addDevice(`badge-${number}`)));
  }
  for (const device of devices) await device.turn("online");
  const idOf = await until("the devices in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string; key: string }[] }>(
      "/devices?q=badge-&limit=500",
    );
    return items.length === count ? new Map(items.map(({ id, key }) => [key, id])) : undefined;
  });
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser);
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/devices?q=badge-`);
    await page.locator(".connection[data-kind=live]").waitFor();
    await notePaintedBadges(page);
    say(`${perSecond} changes a second of other gateways' devices`);
    const seconds = Math.ceil(changes * SECONDS_EACH);
    const load = others.order({ load: perSecond, seconds });
    const random = seededRandom(7);
    const tookMs: Record<State, number[]> = { online: [], offline: [] };
    for (let change = 0; change < changes; change += 1) {
      // At no regular time, so that nothing that is done now and then is always or never met.
      await Bun.sleep(100 + 400 * random.next());
      const device = devices[change % devices.length]!;
      const state = device.state === "online" ? "offline" : "online";
      const startMs = performance.timeOrigin + performance.now();
      await device.turn(state);
      const painted = await paintedAtMs(page, idOf.get(device.key)!, WORDS[state], startMs);
      tookMs[state].push(painted - startMs);
      if (change % 20 === 19) say(`${change + 1} of ${changes} changes`);
    }
    const { acknowledged = 0 } = await load;
    const meanwhile = "badge: entries of others acknowledged a second";
    return [...rowsOf(tookMs), againstTarget(meanwhile, acknowledged / seconds, "", perSecond)];
  } finally {
    for (const device of devices) await device.end();
    await browser.close();
  }
}

function rowsOf(tookMs: Record<State, readonly number[]>): BenchRow[] {
  const all = [...tookMs.online, ...tookMs.offline];
  return [
    alone("badge: changes seen", all.length, ""),
    alone("badge: device to browser, p50", at(all, 0.5), "ms"),
    againstTarget("badge: device to browser, p95", at(all, 0.95), "ms", TARGET_MS),
    alone("badge: the slowest", Math.max(...all), "ms"),
    alone("badge: a device that comes, p95", at(tookMs.online, 0.95), "ms"),
    alone("badge: a device that goes, p95", at(tookMs.offline, 0.95), "ms"),
  ];
}

function at(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN;
}

/** A device as docs/mqtt.md would have it: with a last will, which tells at once that its line was cut. */
class Device {
  readonly key: string;
  readonly #port: number;
  readonly #credential: DeviceCredential;
  #client: MqttClient | null = null;

  constructor(port: number, credential: DeviceCredential) {
    this.#port = port;
    this.#credential = credential;
    this.key = credential.device;
  }

  get state(): State {
    return this.#client === null ? "offline" : "online";
  }

  async turn(state: State): Promise<void> {
    if (state === "offline") return this.end();
    const { username, password } = this.#credential;
    const will = {
      topic: `homepot/${this.key}/status`,
      payload: Buffer.from("offline"),
      qos: 1 as const,
      retain: true,
    };
    const options = { username, password, will };
    this.#client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.#port}`, options);
  }

  /** Cuts the line without a word. */
  async end(): Promise<void> {
    await this.#client?.endAsync(true);
    this.#client = null;
  }
}

/** From now on the page notes each change of a badge with the time of the frame that shows it. */
function notePaintedBadges(page: Page): Promise<void> {
  return page.evaluate(() => {
    const painted: Painted[] = [];
    Object.assign(window, { painted });
    new MutationObserver((records) => {
      const badges = new Set(
        records.map(({ target }) =>
          (target instanceof Element ? target : target.parentElement)?.closest(
            'x-island[name="device-connectivity"]',
          ),
        ),
      );
      requestAnimationFrame(() => {
        // The next task is after this frame.
        setTimeout(() => {
          const atMs = performance.timeOrigin + performance.now();
          for (const badge of badges) {
            if (!badge) continue;
            const { id } = JSON.parse(badge.getAttribute("props") ?? "{}") as { id: string };
            painted.push({ device: id, word: badge.textContent ?? "", atMs });
          }
        });
      });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

async function paintedAtMs(page: Page, device: string, word: string, sinceMs: number): Promise<number> {
  const found = await page.waitForFunction(
    (wanted) => {
      const painted = Reflect.get(window, "painted") as Painted[];
      return painted.find(
        ({ device, word, atMs }) =>
          device === wanted.device && word.includes(wanted.word) && atMs >= wanted.sinceMs,
      );
    },
    { device, word, sinceMs },
    { timeout: GIVE_UP_MS },
  );
  return (await found.evaluate((painted) => painted!.atMs)) as number;
}
