/**
 * usage: bun scripts/screenshots-estate.ts [--out DIR] [--minutes N]
 *
 * Runs six simulated sites on real processes of its own, one of them on a bad day and one that lost its line, for N minutes
 * (12 if not said otherwise: a chart wants something to show), and takes the pictures of the README, as
 * estate-<what>.png in docs/images: the overview, a thermostat in the dark theme, and the overview on a phone.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { logIn } from "./e2e/browser.ts";
import { Cloud, Gateway, until } from "./e2e/stack.ts";
import { launchForPictures } from "./pictures.ts";

const { values: args } = parseArgs({
  options: {
    out: { type: "string", default: join(import.meta.dir, "../docs/images") },
    minutes: { type: "string", default: "12" },
  },
});
const WIDE: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  ...{ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const SCENARIOS = {
  "Cardiff Bay": "restaurant",
  "Bath Abbey": "restaurant",
  "Leeds Arena": "bad-day",
  "Porto Ribeira": "restaurant",
  "Köln Dom": "restaurant",
  "Gdańsk Port": "restaurant",
};
/** The site whose gateway is switched off before the pictures are taken. */
const WITHOUT_LINE = "Gdańsk Port";
/** That sites and devices are there is a matter of seconds. */
const THERE_WITHIN_MS = 60_000;

interface Items<T> {
  items: T[];
}

interface Device {
  id: string;
  type: string;
  connectivity: string;
  siteId: string;
}

async function startSites(cloud: Cloud, stack: AsyncDisposableStack): Promise<Map<string, Gateway>> {
  const gateways = new Map<string, Gateway>();
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    gateways.set(name, stack.use(await Gateway.start(cloud, name)));
    const siteId = (await sitesOf(cloud)).get(name)!;
    await cloud.api("/agents/simulation/start", {
      method: "POST",
      body: JSON.stringify({ siteId, scenario }),
    });
  }
  await until("a hundred devices", async () => (await devicesOf(cloud)).length > 80, THERE_WITHIN_MS);
  return gateways;
}

const sitesOf = async (cloud: Cloud): Promise<Map<string, string>> => {
  const { items } = await cloud.api<Items<{ id: string; name: string }>>("/sites?limit=100");
  return new Map(items.map(({ id, name }) => [name, id]));
};

const devicesOf = async (cloud: Cloud): Promise<Device[]> =>
  (await cloud.api<Items<Device>>("/devices?limit=200")).items;

async function takePicture(
  browser: Browser,
  cloud: Cloud,
  shot: { name: string; path: string; context: BrowserContextOptions; lastly: string },
): Promise<void> {
  const context = await browser.newContext({
    ...{ reducedMotion: "reduce", locale: "en-GB" },
    ...shot.context,
  });
  const page = await context.newPage();
  await logIn(page, cloud);
  await page.goto(`${cloud.url}${shot.path}`);
  await page.locator(shot.lastly).first().waitFor();
  await page.locator(".connection[data-kind=live]").first().waitFor({ state: "attached" });
  await page.screenshot({ path: join(args.out, `estate-${shot.name}.png`), animations: "disabled" });
  await context.close();
  console.error(`estate-${shot.name}.png`);
}

const scratch = await mkdtemp(join(tmpdir(), "homepot-pictures-"));
await mkdir(args.out, { recursive: true });
await using stack = new AsyncDisposableStack();
const cloud = stack.use(await Cloud.start());
const gateways = await startSites(cloud, stack);
console.error(`running for ${args.minutes} minutes`);
await Bun.sleep(Number(args.minutes) * 60_000);
await gateways.get(WITHOUT_LINE)!.program.stop();
await until("the lost line to be noticed", async () => {
  const { items } = await cloud.api<Items<{ connected: boolean }>>("/gateways");
  return items.some(({ connected }) => !connected);
});
const home = (await sitesOf(cloud)).get("Cardiff Bay")!;
const thermostat = (await devicesOf(cloud)).find(
  ({ type, siteId }) => type === "thermostat" && siteId === home,
)!;
// The offer of a tour would stand in front of what is to be seen.
await fetch(`${cloud.url}/api/v1/auth/tour`, {
  ...{ method: "PUT", headers: { authorization: `Bearer ${cloud.token}` } },
});
const browser = await launchForPictures(scratch);
try {
  await takePicture(browser, cloud, { name: "overview", path: "/", context: WIDE, lastly: "main h1" });
  const device = `/devices/${thermostat.id}`;
  const dark: BrowserContextOptions = { ...WIDE, colorScheme: "dark" };
  await takePicture(browser, cloud, {
    ...{ name: "device", path: device, context: dark, lastly: ".chart-box canvas" },
  });
  await takePicture(browser, cloud, { name: "phone", path: "/", context: PHONE, lastly: "main h1" });
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}
