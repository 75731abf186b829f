import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway } from "./stack.ts";

/** Lists of many rows in a real browser: scrolled through, filtered, arranged, and come back to. */

const DEVICES = 180;

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let page: Page;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  const lines = Array.from({ length: DEVICES }, (_, index) => {
    const number = String(index + 1).padStart(3, "0");
    return `Cardiff Bay,sensor-${number},Sensor ${number},door-sensor,${index % 2 === 0 ? "pilot" : "bar"}`;
  });
  await cloud.api("/devices/import", {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: ["site,key,name,type,tags", ...lines].join("\n"),
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  ({ page, context, complaints } = await openPage(browser));
  await logIn(page, cloud);
}, 60_000);
afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

const rows = () => page.locator("#results tbody tr");
const hasRows = (count: number) =>
  page.waitForFunction((wanted) => document.querySelectorAll("#results tbody tr").length === wanted, count);
const search = () => new URL(page.url()).searchParams;
const toTheEnd = () => page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));

test("rows come as one scrolls, stay when the list renews itself, and are there when one comes back", async () => {
  await page.goto(`${cloud.url}/devices`);
  await page.locator(".connection[data-kind=live]").waitFor();
  await hasRows(50);
  await toTheEnd();
  await hasRows(100);
  expect(await page.locator("#pager").textContent()).toContain("1 to 100 of 180");
  await toTheEnd();
  await hasRows(150);
  expect(search().get("limit")).toBe("150");

  const renewed = page.waitForResponse((answer) => answer.url().includes("limit=150"));
  await page.evaluate(() => document.body.dispatchEvent(new CustomEvent("homepot:changed")));
  await renewed;
  await hasRows(150);

  const link = page.getByRole("link", { name: "Sensor 120", exact: true });
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => window.scrollY);
  expect(before).toBeGreaterThan(2_000);
  await link.click();
  await page.getByRole("heading", { level: 1, name: /Sensor 120/ }).waitFor();
  await page.goBack();
  await page.waitForFunction(
    (at) =>
      document.querySelectorAll("#results tbody tr").length >= 150 && Math.abs(window.scrollY - at) < 200,
    before,
  );
  await toTheEnd();
  await hasRows(DEVICES);
  expect(await page.locator("#pager [data-more]").count()).toBe(0);
  const names = await rows().locator(".row-link").allTextContents();
  expect(new Set(names).size).toBe(DEVICES);
}, 60_000);

test("without script the rest is the next page", async () => {
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const bare = await plain.newPage();
  await bare.goto(`${cloud.url}/devices`);
  const found: string[] = [];
  for (;;) {
    found.push(...(await bare.locator("#results tbody .row-link").allTextContents()));
    const next = bare.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) break;
    await next.click();
  }
  expect(new Set(found).size).toBe(DEVICES);
  await bare.getByRole("button", { name: "View" }).click();
  await bare.getByLabel("Dense").check();
  await bare.getByRole("checkbox", { name: "Site", exact: true }).uncheck();
  await bare.getByRole("button", { name: "Show so" }).click();
  await bare.locator(".table.dense").waitFor();
  expect(await bare.getByRole("columnheader", { name: "Site" }).count()).toBe(0);
  await plain.close();
}, 60_000);

test("filters are chips that live in the address; each goes by itself", async () => {
  await page.goto(`${cloud.url}/devices`);
  await page.getByRole("searchbox").fill("sensor 00");
  await page.getByText("9 devices found").waitFor();
  await page.getByRole("combobox", { name: "Tag" }).selectOption("pilot");
  await page.getByText("5 devices found").waitFor();
  expect([search().get("q"), search().get("tag")]).toEqual(["sensor 00", "pilot"]);
  const chips = page.getByRole("list", { name: "Filters in force" });
  await chips.getByRole("link", { name: "Remove the filter Search: sensor 00" }).click();
  await page.getByText("90 devices found").waitFor();
  expect([search().get("q"), search().get("tag")]).toEqual([null, "pilot"]);
  await page.goBack();
  await page.getByText("5 devices found").waitFor();
}, 60_000);

test("the keyboard walks rows that come as it nears the end, edits one, and comes back", async () => {
  await page.goto(`${cloud.url}/devices?tag=pilot`);
  await hasRows(50);
  await page.locator(".connection[data-kind=live]").waitFor();
  const inRow = (name: string) => page.locator("tr:focus-within .row-link", { hasText: name }).waitFor();
  for (let step = 0; step < 50; step += 1) await page.keyboard.press("j");
  await inRow("Sensor 099");
  await hasRows(90);
  for (let step = 0; step < 10; step += 1) await page.keyboard.press("j");
  await inRow("Sensor 119");
  await page.keyboard.press("e");
  await page.waitForURL(/\/configuration$/);
}, 60_000);

test("columns and the closeness of rows are remembered, in every list of theirs", async () => {
  await page.goto(`${cloud.url}/devices`);
  await page.getByRole("button", { name: "View" }).click();
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(" ")}`)).toEqual([]);
  await page.getByLabel("Dense").check();
  await page.getByRole("checkbox", { name: "Health", exact: true }).uncheck();
  await page.getByRole("button", { name: "Show so" }).click();
  await page.locator(".table.dense").waitFor();
  expect(await page.getByRole("columnheader").allTextContents()).toEqual([
    ...["", "Device", "Connection", "Site", "Last seen"],
  ]);
  await page.goto(`${cloud.url}/sites`);
  await page.locator(".table.dense").waitFor();
  expect(await page.getByRole("columnheader", { name: "Gateway" }).count()).toBe(1);
}, 60_000);

test("the audit log is filtered by what one presses in it", async () => {
  await page.goto(`${cloud.url}/settings/audit`);
  const action = page.locator("#results .deed-did .filter-link").first();
  const name = (await action.textContent()) ?? "";
  await action.click();
  const chip = page.getByRole("link", { name: `Remove the filter Did: ${name}` });
  await chip.waitFor();
  const shown = await page.locator("#results .deed-did").allTextContents();
  expect(new Set(shown)).toEqual(new Set([name]));
  await chip.click();
  await chip.waitFor({ state: "detached" });
}, 60_000);
