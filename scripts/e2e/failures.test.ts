import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** What fails is told where it happened, keeps what was there, and can be tried again, in a real browser. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let deviceId: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  await gateway.addDevice("till-1");
  deviceId = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices");
    return items[0]?.id;
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const message = (page: Page, text: string) => page.locator("#toasts .toast", { hasText: text });

test("a form that finds the cloud away keeps what was typed, and is sent by another try", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/sites/new`);
  await page.getByLabel("Name", { exact: true }).click();
  await page.keyboard.type("Swansea");
  await cloud.program.stop();
  await page.getByRole("button", { name: "Add site" }).click();
  const away = message(page, "No answer from the cloud. What you typed is still here.");
  await away.waitFor();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Swansea");
  await cloud.run();
  await away.getByRole("button", { name: "Try again" }).click();
  await page.waitForURL(/\/sites\/[0-9a-f-]{36}$/);
  await message(page, "Swansea was added.").waitFor();

  await cloud.program.stop();
  await page.getByRole("link", { name: "Devices" }).first().click();
  const failed = message(page, "No answer from the cloud.");
  await failed.waitFor();
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await cloud.run();
  await failed.getByRole("button", { name: "Try again" }).click();
  await page.waitForURL(`${cloud.url}/devices`);
  await failed.waitFor({ state: "detached" });
  await context.close();
}, 90_000);

/** The code of what a device's page has before anything was measured. */
const FIRST_TELEMETRY = /\/assets\/first-telemetry-/;

test("a part of a page whose code does not come says so, and the rest goes on", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.route(FIRST_TELEMETRY, (route) => route.abort());
  await page.goto(`${cloud.url}/devices/${deviceId}`);
  const box = page.locator("x-island[name=telemetry-first] .failure");
  await box.waitFor();
  await page.locator(".connection[data-kind=live]").first().waitFor();
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await page.unroute(FIRST_TELEMETRY);
  await box.getByRole("button", { name: "Reload" }).click();
  await page.locator("x-island[name=telemetry-first]").waitFor();
  await box.waitFor({ state: "detached" });
  await context.close();
}, 60_000);
