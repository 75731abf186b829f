import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { firstLoad } from "./first-load.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** What the first visit of each kind of page costs, in a real browser with nothing kept from before. */

const SCRIPT_MAX_BYTES = 60_000;
const STYLE_MAX_BYTES = 20_000;
const SHIFT_MAX = 0.01;

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let device: { id: string; siteId: string };
let job: { id: string; execution: string };

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  const { username, password } = await gateway.addDevice("fridge-1");
  const sent = Bun.spawn([
    ...["mosquitto_pub", "-h", "127.0.0.1", "-p", String(gateway.port), "-u", username, "-P", password],
    ...["-q", "1", "-t", "homepot/fridge-1/telemetry", "-m", '{"temperature":4.25,"door":false}'],
  ]);
  expect(await sent.exited).toBe(0);
  await gateway.addDevice("silent-1");
  device = await until("the device in the cloud", async () => {
    const list = await cloud.api<{ items: (typeof device)[] }>("/devices?q=fridge-1");
    return list.items[0];
  });
  await until("its values", async () => {
    const { latest } = await cloud.api<{ latest: unknown[] }>(`/devices/${device.id}`);
    return latest.length > 0;
  });
  const { id } = await cloud.api<{ id: string }>("/jobs", {
    method: "POST",
    body: JSON.stringify({ kind: "device.restart", arguments: {}, targets: { sites: [device.siteId] } }),
  });
  const executions = await cloud.api<{ items: { id: string }[] }>(`/jobs/${id}/executions`);
  job = { id, execution: executions.items[0]!.id };
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Every kind of page, and the element whose appearance ends its first load where that is later than the document. */
const pagesOf = ({ id, siteId }: typeof device): Record<string, string | null> => ({
  "/": null,
  "/?wall": null,
  "/sites": null,
  "/sites/new": null,
  [`/sites/${siteId}`]: null,
  [`/sites/${siteId}/edit`]: null,
  "/devices": null,
  [`/devices/${id}`]: ".chart-box canvas",
  [`/devices/${id}/configuration`]: null,
  [`/devices/${id}/jobs`]: null,
  "/jobs": null,
  "/jobs/queue": null,
  "/firmware": null,
  "/firmware/new": null,
  "/jobs/new": null,
  "/jobs/new?kind=device.command": null,
  [`/jobs/${job.id}`]: ".log-lines",
  [`/jobs/${job.id}/executions/${job.execution}`]: ".log-lines",
  "/simulation": null,
  "/simulation/start": null,
  [`/simulation/${siteId}`]: null,
  [`/sites/${siteId}/configuration`]: null,
  "/settings/configuration?type=thermostat": null,
  "/settings/configuration/schema?type=thermostat": null,
  "/gateways": null,
  "/gateways/add": null,
  "/search": null,
  "/settings/shortcuts": null,
  "/settings": null,
  "/settings/members": null,
  "/settings/roles": null,
  "/settings/name": null,
  "/settings/organization/name": null,
  "/settings/password": null,
  "/settings/audit": null,
  "/settings/telemetry": null,
  [`/devices/${id}/notifications`]: null,
  "/notifications": null,
  "/notifications/history": null,
  "/notifications/dead-letters": null,
  "/notifications/statistics": null,
  "/notifications/templates": null,
  "/notifications/templates/new": null,
  "/notifications/new": null,
  "/settings/notifications": null,
  "/settings/push": null,
  "/settings/push/apns": null,
  "/design": null,
  "/docs": null,
  "/docs/errors": null,
  "/no-such-page": null,
});
const ENTRANCE = {
  "/login": null,
  "/forgot-password": null,
  "/reset-password?token=x": null,
  "/signup": null,
};

/** One session for all pages; each page in a tab that keeps nothing. */
async function inspect(pages: Record<string, string | null>, phone: boolean, loggedIn: boolean) {
  const { page: first, context } = await openPage(browser, { phone });
  if (loggedIn) await logIn(first, cloud);
  await first.close();
  const found: object[] = [];
  const wanted: object[] = [];
  for (const [path, lastly] of Object.entries(pages)) {
    const load = await firstLoad(context, `${cloud.url}${path}`, async (page: Page) => {
      if (lastly !== null) await page.locator(lastly).first().waitFor();
      if (loggedIn) await page.locator(".connection[data-kind=live]").first().waitFor({ state: "attached" });
    });
    const { scriptBytes, styleBytes, shift, elsewhere } = load;
    found.push({ path, scriptBytes, styleBytes, shift, elsewhere });
    wanted.push({
      path,
      scriptBytes:
        scriptBytes > 0 && scriptBytes <= SCRIPT_MAX_BYTES ? scriptBytes : `at most ${SCRIPT_MAX_BYTES}`,
      styleBytes: styleBytes > 0 && styleBytes <= STYLE_MAX_BYTES ? styleBytes : `at most ${STYLE_MAX_BYTES}`,
      shift: shift <= SHIFT_MAX ? shift : `at most ${SHIFT_MAX}`,
      elsewhere: [],
    });
  }
  await context.close();
  expect(found).toEqual(wanted);
}

describe("the first load of every page fits its budget, asks its own origin only, and holds still", () => {
  for (const phone of [false, true]) {
    const where = phone ? "on a phone" : "on a wide screen";
    test(`${where}, before the log-in`, () => inspect(ENTRANCE, phone, false), 60_000);
    test(`${where}, logged in`, () => inspect(pagesOf(device), phone, true), 120_000);
  }
});

test("the page with most script fits even where the browser unpacks nothing but gzip", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  const { scripts } = await firstLoad(context, `${cloud.url}/devices/${device.id}`, (chart) =>
    chart.locator(".chart-box canvas").first().waitFor(),
  );
  expect(scripts.length).toBeGreaterThan(2);
  let bytes = 0;
  for (const url of scripts) {
    const answer = await fetch(url, { headers: { "accept-encoding": "gzip" }, decompress: false });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    bytes += (await answer.arrayBuffer()).byteLength;
  }
  expect(bytes).toBeLessThanOrEqual(SCRIPT_MAX_BYTES);
  await context.close();
});
