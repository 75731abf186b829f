/**
 * usage: bun scripts/screenshots.ts --base URL [--email E --password P] [--out DIR] [--only NAME,…] [--full] [--locale de-DE]
 *
 * Takes a picture of every page, desktop (1440x900) and phone (390x844), light and dark, as
 * <page>-<desktop|phone>-<light|dark>.png in .pictures, and prints what the pages complain about: errors on the
 * console and findings of axe. Exits 1 when there were any. `--full` shows pages in their whole length.
 * `--locale` is what the browser asks for; pages speak that language where they can. With --email and --password (or HOMEPOT_EMAIL and HOMEPOT_PASSWORD) it logs in first.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchForPictures } from "./pictures.ts";

const { values: args } = parseArgs({
  options: {
    base: { type: "string" },
    email: { type: "string", default: process.env.HOMEPOT_EMAIL ?? "" },
    password: { type: "string", default: process.env.HOMEPOT_PASSWORD ?? "" },
    out: { type: "string", default: join(import.meta.dir, "../.pictures") },
    only: { type: "string", default: "" },
    full: { type: "boolean", default: false },
    locale: { type: "string", default: "en-GB" },
    axe: { type: "boolean", default: true },
  },
  allowNegative: true,
});

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 }, isMobile: false, hasTouch: false, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
} as const;
const THEMES = ["light", "dark"] as const;

interface Shot {
  name: string;
  path: string;
  loggedIn: boolean;
  /** The selector of the button that leads to what the picture shows. */
  press?: string;
}

async function logIn(context: BrowserContext, base: string): Promise<void> {
  if (args.email === "") return;
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await page.fill("#email", args.email);
  await page.fill("#password", args.password);
  await page.click("button[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  await page.close();
}

interface Listed {
  items: { id: string; type?: string; connectivity?: string; health?: string }[];
}

/** The pages to take: fixed ones, and those of one site and one device that are there. */
async function findShots(context: BrowserContext, base: string): Promise<Shot[]> {
  const list = async (path: string) => (await (await context.request.get(`${base}${path}`)).json()) as Listed;
  const site = (await list("/api/v1/sites?limit=1")).items[0];
  const devices = (await list("/api/v1/devices?limit=100")).items;
  const device =
    devices.find((one) => one.type === "thermostat" && one.connectivity === "online") ?? devices[0];
  const job = (await list("/api/v1/jobs?limit=1")).items[0];
  const terminal = devices.find((one) => one.type === "payment-terminal") ?? device;
  const inside = (name: string, path: string) => ({ name, path, loggedIn: true });
  return [
    { name: "login", path: "/login", loggedIn: false },
    { name: "forgot-password", path: "/forgot-password", loggedIn: false },
    { name: "reset-password", path: "/reset-password?token=from-the-link", loggedIn: false },
    inside("overview", "/"),
    inside("wall", "/?wall"),
    inside("sites", "/sites"),
    ...(site === undefined ? [] : [inside("site", `/sites/${site.id}`)]),
    inside("site-form", "/sites/new"),
    inside("devices", "/devices"),
    ...(device === undefined ? [] : [inside("device", `/devices/${device.id}`)]),
    ...(terminal === undefined
      ? []
      : [inside("device-configuration", `/devices/${terminal.id}/configuration`)]),
    inside("jobs", "/jobs"),
    inside("job-queue", "/jobs/queue"),
    inside("job-kinds", "/jobs/new"),
    inside("job-form", `/jobs/new?kind=device.command&site=${site?.id ?? ""}`),
    ...(job === undefined ? [] : [inside("job", `/jobs/${job.id}`)]),
    inside("simulation", "/simulation"),
    inside("simulation-start", "/simulation/start"),
    ...(site === undefined ? [] : [inside("simulation-site", `/simulation/${site.id}`)]),
    inside("type-settings", "/settings/configuration/schema?type=thermostat"),
    inside("gateways", "/gateways"),
    inside("gateway-add", "/gateways/add"),
    { ...inside("gateway-claim", "/gateways/add"), press: ".form .button.primary" },
    inside("settings", "/settings"),
    inside("inbox", "/notifications"),
    inside("notifications-sent", "/notifications/history"),
    inside("notifications-not-delivered", "/notifications/dead-letters"),
    inside("notification-statistics", "/notifications/statistics"),
    inside("templates", "/notifications/templates"),
    inside("template-new", "/notifications/templates/new"),
    inside("notification-new", "/notifications/new"),
    inside("your-notifications", "/settings/notifications"),
    inside("push-platforms", "/settings/push"),
    inside("push-platform", "/settings/push/apns"),
    inside("members", "/settings/members"),
    inside("roles", "/settings/roles"),
    inside("role-form", "/settings/roles/new?from=operator"),
    inside("audit", "/settings/audit"),
    inside("password", "/settings/password"),
    inside("own-name", "/settings/name"),
    inside("organization-name", "/settings/organization/name"),
    inside("retention", "/settings/telemetry"),
    inside("design", "/design"),
    inside("errors", "/docs/errors"),
    inside("api-reference", "/docs"),
    inside("not-found", "/no-such-page"),
  ];
}

const complaints: string[] = [];

async function take(page: Page, base: string, shot: Shot, file: string, where: string): Promise<void> {
  await page.goto(`${base}${shot.path}`, { waitUntil: "load" });
  await page
    .locator(".connection[data-kind=live]")
    .waitFor({ state: "attached", timeout: 4_000 })
    .catch(() => {});
  if (shot.press !== undefined) {
    await page.locator(shot.press).click();
    await page.locator("code").first().waitFor();
  }
  if (shot.name === "device") {
    await page
      .locator(".chart-box canvas")
      .waitFor({ timeout: 5_000 })
      .catch(() => {});
    await page.waitForTimeout(2_500);
  }
  await page.screenshot({ path: file, fullPage: args.full, animations: "disabled" });
  if (!args.axe) return;
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, help, nodes } of violations) {
    complaints.push(
      `${where}: axe ${id}: ${help} (${nodes
        .map((node) => node.target.join(" "))
        .slice(0, 4)
        .join(", ")})`,
    );
  }
}

async function takeAll(browser: Browser, base: string): Promise<number> {
  const only = args.only === "" ? null : args.only.split(",");
  let taken = 0;
  for (const [size, device] of Object.entries(SIZES)) {
    for (const theme of THEMES) {
      const options = {
        ...device,
        colorScheme: theme,
        reducedMotion: "reduce",
        locale: args.locale,
      } as const;
      const inside = await browser.newContext(options);
      const outside = await browser.newContext(options);
      await logIn(inside, base);
      for (const shot of await findShots(inside, base)) {
        if (only !== null && !only.includes(shot.name)) continue;
        const page = await (shot.loggedIn ? inside : outside).newPage();
        const where = `${shot.name}-${size}-${theme}`;
        page.on("console", (message) => {
          const expected = shot.name === "not-found" && message.text().includes("404");
          if (message.type() === "error" && !expected) complaints.push(`${where}: ${message.text()}`);
        });
        page.on("pageerror", (error) => complaints.push(`${where}: ${error.message}`));
        await take(page, base, shot, join(args.out, `${where}.png`), where);
        await page.close();
        taken += 1;
      }
      await inside.close();
      await outside.close();
    }
  }
  return taken;
}

if (args.base === undefined) {
  console.error(
    "usage: bun scripts/screenshots.ts --base URL [--email E --password P] [--out DIR] [--only NAME,…]",
  );
  process.exit(2);
}
const scratch = await mkdtemp(join(tmpdir(), "homepot-screenshots-"));
await mkdir(args.out, { recursive: true });
const browser = await launchForPictures(scratch);
try {
  const taken = await takeAll(browser, args.base.replace(/\/$/, ""));
  for (const complaint of complaints) console.error(complaint);
  console.error(`${taken} pictures in ${args.out}, ${complaints.length} complaints`);
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}
process.exit(complaints.length === 0 ? 0 : 1);
