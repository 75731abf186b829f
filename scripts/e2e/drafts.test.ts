import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, EMAIL, PASSWORD } from "./stack.ts";

/** What was typed survives a reload and an expired session, nothing of it stays behind, and it is looked at meanwhile. */

let cloud: Cloud;
let browser: Browser;
let siteId: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  const body = JSON.stringify({ name: "Cardiff Bay", address: "Quay 1" });
  siteId = (await cloud.api<{ id: string }>("/sites", { method: "POST", body })).id;
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

const kept = (page: Page) =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("draft:")));
const line = (page: Page) => page.getByText("Draft restored");

test("a reload, a discard, an expired session, the edit of somebody else, and the end", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  const edit = `${cloud.url}/sites/${siteId}/edit`;
  await page.goto(edit);
  await page.getByLabel("Notes").fill("by the sea");
  await page.reload();
  await line(page).waitFor();
  expect(await page.getByLabel("Notes").inputValue()).toBe("by the sea");
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("button", { name: "Discard it" }).click();
  expect([await page.getByLabel("Notes").inputValue(), await kept(page)]).toEqual(["", []]);

  // Somebody else saves, and the session is gone: the edit still knows what it began with.
  await page.getByLabel("Address").fill("Quay 2");
  const body = JSON.stringify({ name: "Cardiff Bay", address: "Quay 3" });
  await cloud.api(`/sites/${siteId}`, { method: "PUT", body });
  await context.clearCookies();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(/\/login\?next=/);
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(edit);
  await line(page).waitFor();
  expect(await page.getByLabel("Address").inputValue()).toBe("Quay 2");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("group", { name: "Address" }).waitFor();
  expect(await kept(page)).toHaveLength(1);
  await page.getByRole("button", { name: "Save these" }).click();
  await page.waitForURL(`${cloud.url}/sites/${siteId}`);
  expect(await kept(page)).toEqual([]);
  expect((await cloud.api<{ address: string }>(`/sites/${siteId}`)).address).toBe("Quay 2");
  await context.close();
}, 60_000);

test("a log-out leaves nothing of it, also over plain http", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/sites/new`);
  await page.getByLabel("Name", { exact: true }).fill("Swansea");
  await page.goto(`${cloud.url}/settings/members`);
  await page.getByLabel("Email", { exact: true }).fill("sam@homepot.example");
  expect(await kept(page)).toHaveLength(2);
  await page.locator(".rail-account").click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(`${cloud.url}/login`);
  expect(await kept(page)).toEqual([]);
  await context.close();
}, 60_000);

test("what is wrong with a field is said when it is left, and no longer once it is right", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/sites/new`);
  const zone = page.getByLabel("Time zone");
  await zone.fill("Mars/Base");
  await page.getByLabel("Address").focus();
  await page.getByText("Must be a time zone such as Europe/London").waitFor();
  expect(await zone.getAttribute("aria-invalid")).toBe("true");
  expect(await zone.getAttribute("aria-describedby")).toBe("timeZone-error timeZone-hint");
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await zone.fill("Europe/London");
  await page.getByText("Must be a time zone such as Europe/London").waitFor({ state: "detached" });
  expect((await cloud.api<{ total: number }>("/sites")).total).toBe(1);
  await context.close();
}, 60_000);
