import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page, Route } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud } from "./stack.ts";

/** Who waits sees where things will be, and nothing moves when they come. */

let cloud: Cloud;
let browser: Browser;

beforeAll(async () => {
  cloud = await Cloud.start();
  for (const name of ["Cardiff Bay", "Swansea"])
    await cloud.api("/sites", { method: "POST", body: JSON.stringify({ name }) });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

/** Holds the answers to an address until they are let go. */
async function hold(page: Page, address: string | RegExp): Promise<() => Promise<void>> {
  const held: Route[] = [];
  await page.route(address, (route) => void held.push(route));
  return async () => {
    for (const route of held) await route.continue();
    await page.unroute(address);
  };
}
test("a page that takes long, and a search that does", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/devices`);
  let go = await hold(page, `${cloud.url}/sites`);
  await page.getByRole("link", { name: "Sites" }).first().click();
  const place = page.locator("#content[aria-busy=true]");
  await place.waitFor();
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await go();
  await page.getByRole("heading", { name: "2 sites" }).waitFor();
  expect(await place.count()).toBe(0);

  const row = page.locator("#results td").first();
  const before = await row.boundingBox();
  go = await hold(page, /\/sites\?q=/);
  await page.locator("#search").fill("cardiff");
  await page.locator("#results[aria-busy=true]").waitFor();
  expect(await row.boundingBox()).toEqual(before);
  await go();
  await page.getByText("1 site").first().waitFor();
  expect(await page.locator("[aria-busy=true]").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);
