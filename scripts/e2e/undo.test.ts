import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** What was done is told, and taken back by the keyboard, in a real browser with scripts and without. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let device: { id: string; name: string };

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  await gateway.addDevice("till-1");
  device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: (typeof device)[] }>("/devices");
    return items[0];
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const lifecycle = async () => (await cloud.api<{ lifecycle: string }>(`/devices/${device.id}`)).lifecycle;

test("a device that is retired by mistake is back by two keys", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/devices/${device.id}/configuration`);
  await page.getByRole("button", { name: `Retire ${device.name}` }).click();
  const toast = page.locator("#toasts .toast", { hasText: "was retired." });
  await toast.waitFor();
  expect(await lifecycle()).toBe("retired");
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);

  // It lives through a change of page, and still works there.
  await page.getByRole("link", { name: "Sites" }).first().click();
  await page.waitForURL(`${cloud.url}/sites`);
  await toast.waitFor();
  await page.keyboard.press("F8");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${cloud.url}/devices/${device.id}`);
  const back = page.locator("#toasts .toast", { hasText: "is back." });
  await back.waitFor();
  expect([await lifecycle(), await toast.count()]).toEqual(["active", 0]);
  await page.keyboard.press("Escape");
  await back.waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test("without scripts the message is a line above the content, with its button, and is told once", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/devices/${device.id}/configuration`);
  await page.getByRole("button", { name: `Retire ${device.name}` }).click();
  const line = page.locator("#toasts .toast", { hasText: "was retired." });
  const [place, content] = [await line.boundingBox(), await page.locator("#content").boundingBox()];
  expect(place!.y + place!.height).toBeLessThanOrEqual(content!.y);
  await line.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(`${cloud.url}/devices/${device.id}`);
  expect(await lifecycle()).toBe("active");
  await page.reload();
  expect(await page.locator("#toasts .toast").count()).toBe(0);
  await context.close();
}, 60_000);
