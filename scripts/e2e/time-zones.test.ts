import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { launchChromium, logIn } from "./browser.ts";
import { Cloud } from "./stack.ts";

/** One site in New York, read from Tokyo and from Toronto, in real browsers. */

let cloud: Cloud;
let browser: Browser;
let siteId: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  const body = JSON.stringify({ name: "Brooklyn", timeZone: "America/New_York" });
  siteId = (await cloud.api<{ id: string }>("/sites", { method: "POST", body })).id;
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

async function read(timezoneId: string, javaScriptEnabled = true) {
  const context = await browser.newContext({ timezoneId, javaScriptEnabled });
  const page = await context.newPage();
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/settings/audit`);
  const audit = await page.locator("tr", { hasText: "added the site" }).locator(".both-times").textContent();
  await page.goto(`${cloud.url}/sites/${siteId}`);
  const here = await page.locator(".page-head .both-times").textContent();
  await context.close();
  return { audit, here };
}

test("both clocks where they differ, one where they do not, the site's where nobody knows the reader's", async () => {
  const clock = /(\d+ \w+, )?\d\d:\d\d/.source;
  const tokyo = await read("Asia/Tokyo");
  expect(tokyo.audit).toMatch(new RegExp(`^${clock} your time · ${clock} at the site$`));
  expect(tokyo.here).toMatch(new RegExp(`^${clock} your time$`));
  expect(await read("America/Toronto")).toEqual({ audit: "", here: "" });
  const plain = await read("Asia/Tokyo", false);
  expect(plain.audit).toMatch(/^\d\d:\d\d at the site$/);
  expect(plain.here).toBe("");
}, 60_000);
