import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import { MINUTE } from "../../protocol/units.ts";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { ObedientDevices } from "./obedient-devices.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** A device's chart in a real browser: what was done to the device is marked in it, and it is there without its code too. */

let cloud: Cloud;
let gateway: Gateway;
let devices: ObedientDevices;
let browser: Browser;
let device: string;
let job: Job;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  devices = await ObedientDevices.connect(gateway, 1);
  for (const [minutesAgo, temperature] of [4, 6, 5].entries())
    await devices.measure(0, { temperature, ts: Date.now() - minutesAgo * MINUTE });
  device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?connectivity=online");
    return items[0]?.id;
  });
  await until(
    "its values",
    async () => (await cloud.api<DeviceDetail>(`/devices/${device}`)).latest.length > 0,
  );
  const body = {
    kind: "device.command",
    name: "Open",
    arguments: { command: "open" },
    targets: { devices: [device] },
  };
  job = await cloud.api<Job>("/jobs", { method: "POST", body: JSON.stringify(body) });
  await until("the job to be done", async () => {
    const { items } = await cloud.api<{ items: { state: string }[] }>(`/jobs/${job.id}/executions`);
    return items[0]?.state === "succeeded";
  });
  const config = JSON.stringify({ config: { volume: 3 } });
  await cloud.api(`/devices/${device}/config`, { method: "PUT", body: config });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await devices?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

async function openDevice(options: Parameters<typeof openPage>[1] = {}) {
  const { page, context } = await openPage(browser, options);
  await logIn(page, cloud);
  return { page, context, address: `${cloud.url}/devices/${device}` };
}

const canvas = (page: Page) => page.locator(".chart-box canvas").first();

async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  return violations.map(({ id }) => id);
}

/** How many pixels of the chart are of exactly this colour of the design. */
function pixelsOf(page: Page, token: string): Promise<number> {
  return page.evaluate((name) => {
    const drawn = document.querySelector<HTMLCanvasElement>(".chart-box canvas")!;
    const one = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    one.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    one.fillRect(0, 0, 1, 1);
    const colour = one.getImageData(0, 0, 1, 1).data.join();
    const { data } = drawn.getContext("2d")!.getImageData(0, 0, drawn.width, drawn.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) if (data.slice(at, at + 4).join() === colour) found += 1;
    return found;
  }, token);
}

describe("what was done to a device", () => {
  for (const colorScheme of ["light", "dark"] as const)
    test(`is a line in its chart and words below it, in the ${colorScheme}`, async () => {
      const { page, context, address } = await openDevice({ colorScheme });
      await page.goto(address);
      await canvas(page).waitFor();
      expect(await page.locator(".chart-marks li a").allTextContents()).toEqual([
        "Configuration changed: This device, version 1",
        "Open: Done",
      ]);
      await until("the lines", async () => (await pixelsOf(page, "--text-3")) > 100);
      expect(await faultsOf(page)).toEqual([]);
      await context.close();
    }, 60_000);

  test("is reached by keyboard, and leads to the version and to the execution", async () => {
    const { page, context, address } = await openDevice();
    await page.goto(address);
    await canvas(page).waitFor();
    await page.locator(".chart-box").focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Tab");
    expect(await focused()).toStartWith("Configuration changed");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Open: Done");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/jobs/${job.id}/executions/`));
    await page.goBack();
    await page.locator(".chart-marks a").first().click();
    await page.waitForURL(`${address}/configuration`);
    await context.close();
  }, 60_000);

  test("is told on a phone and where no script runs, as wide as the page", async () => {
    const { page, context, address } = await openDevice({ phone: true });
    await page.route(/\/assets\/.*\.js/, (route) => route.abort());
    await page.goto(address);
    expect(await page.locator(".chart-marks li").count()).toBe(2);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth).toBe(clientWidth);
    await context.close();
  }, 60_000);
});

describe("a chart whose code does not come", () => {
  const PLOT = /\/assets\/plot-/;
  /** Opens the page without that code, and sees that what is there in its place is whole. */
  async function openWithout() {
    const opened = await openDevice();
    const { page, address } = opened;
    await page.route(PLOT, (route) => route.abort("connectionreset"));
    await page.goto(address);
    await page.locator(".not-loaded").waitFor();
    await page.locator('.chart-box .sparkline path[d^="M"]').waitFor();
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    return opened;
  }
  const isSameDocument = (page: Page) => page.evaluate(() => Reflect.get(window, "sameDocument") === true);

  test("is a plain line with its sentence and its table, and is drawn when it is tried again", async () => {
    const { page, context } = await openWithout();
    expect(await page.locator(".chart-readout").textContent()).toContain(
      "Temperature in the last 15 minutes",
    );
    await page.getByText("Show as a table").click();
    await page.locator(".chart-table td").first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.unroute(PLOT);
    await page.getByRole("button", { name: "Try again" }).click();
    await canvas(page).waitFor();
    expect(await page.locator(".not-loaded, .chart-box > .sparkline").count()).toBe(0);
    expect(await isSameDocument(page)).toBe(true);
    await context.close();
  }, 60_000);

  test("is drawn by itself when the line is back", async () => {
    const { page, context } = await openWithout();
    await page.locator(".connection[data-kind=live]").first().waitFor({ state: "attached" });
    await context.setOffline(true);
    await page.locator(".connection[data-kind=offline]").first().waitFor({ state: "attached" });
    await page.unroute(PLOT);
    await context.setOffline(false);
    await canvas(page).waitFor();
    expect(await isSameDocument(page)).toBe(true);
    await context.close();
  }, 60_000);
});
