import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud } from "./stack.ts";

/** The page that shows every component, in a real browser. */

let cloud: Cloud;
let browser: Browser;
beforeAll(async () => {
  cloud = await Cloud.start();
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`every component pleases axe, light and dark beside each other, for who has it ${colorScheme}`, async () => {
    const { page, context, complaints } = await openPage(browser, { colorScheme });
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/design`);
    await page.locator(".specimen canvas").nth(1).waitFor();
    const ground = (theme: string) =>
      page
        .locator(`.specimen-stage[data-theme=${theme}]`)
        .first()
        .evaluate((stage) => getComputedStyle(stage).backgroundColor);
    const [light, dark] = [await ground("light"), await ground("dark")];
    expect(light).not.toBe(dark);
    const page_ = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(page_).toBe(colorScheme === "light" ? light : dark);
    const { violations } = await new AxeBuilder({ page: page as never }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(" ")}`)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
}

test("nothing on it does anything to anybody", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/design`);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") asked.push(`${request.method()} ${request.url()}`);
  });
  const { length } = await page.locator(".specimen-stage").all();
  expect(length).toBeGreaterThan(60);
  await page.evaluate(() => {
    for (const button of document.querySelectorAll<HTMLButtonElement>(".specimen-stage button"))
      button.click();
  });
  expect(new URL(page.url()).pathname).toBe("/design");
  expect(asked).toEqual([]);
  await context.close();
}, 60_000);
