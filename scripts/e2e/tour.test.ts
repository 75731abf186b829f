import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud } from "./stack.ts";

/** The first look around: offered once, by the keyboard from end to end, and there again for who asks. */

let cloud: Cloud;
let browser: Browser;

beforeAll(async () => {
  cloud = await Cloud.start();
  await cloud.api("/sites", { method: "POST", body: JSON.stringify({ name: "Cardiff Bay" }) });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

test("the tour is offered, walked through, and offered no more, on whatever machine", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  const card = page.getByRole("dialog");
  await card.getByRole("heading", { name: "Welcome to HOMEPOT" }).waitFor();
  await card.getByRole("button", { name: "Show me around" }).focus();
  await page.keyboard.press("Enter");
  const heard: string[] = [];
  for (let step = 1; step <= 5; step += 1) {
    await card.getByText(`${step} of 5`).waitFor();
    heard.push((await card.getByRole("heading").textContent()) ?? "");
    const box = await card.boundingBox();
    expect(box!.x >= 0 && box!.y >= 0 && box!.x + box!.width <= 1440 && box!.y + box!.height <= 900).toBe(
      true,
    );
    if (step === 2) {
      const found = await new AxeBuilder({ page: page as never }).analyze();
      expect(found.violations.map(({ id }) => id)).toEqual([]);
    }
    await page.keyboard.press("Enter");
  }
  await card.waitFor({ state: "detached" });
  expect(new Set(heard).size).toBe(5);
  expect(complaints).toEqual([]);
  await context.close();

  const elsewhere = await openPage(browser, { phone: true });
  await logIn(elsewhere.page, cloud);
  await elsewhere.page.getByRole("heading", { level: 1 }).waitFor();
  expect(await elsewhere.page.locator("[data-tour]").count()).toBe(0);
  await elsewhere.page.getByRole("button", { name: "Account" }).last().click();
  await elsewhere.page.getByRole("link", { name: "Show me around" }).click();
  await elsewhere.page.getByRole("dialog").getByText("1 of 5").waitFor();
  await elsewhere.page.keyboard.press("Escape");
  await elsewhere.page.getByRole("dialog").waitFor({ state: "detached" });
  expect(new URL(elsewhere.page.url()).search).toBe("");
  await elsewhere.context.close();
}, 60_000);
