import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** The palette and the shortcuts in a real browser, by the keyboard alone. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let page: Page;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  for (const key of ["fridge-1", "till-1", "till-2"]) await gateway.addDevice(key);
  await until("the devices in the cloud", async () => {
    const { total } = await cloud.api<{ total: number }>("/devices");
    return total === 3;
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
});
afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

const palette = () => page.getByRole("dialog", { name: "Search" });
const faults = async () => {
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  return violations.map(({ id, nodes }) => `${id} at ${nodes[0]?.target.join(" ")}`);
};
const path = () => new URL(page.url()).pathname;

describe("the palette", () => {
  test("finds a device, opens it, and offers it again, without the mouse", async () => {
    // Before it is open: nothing of it is lost, and nothing is a shortcut.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("till bay");
    await palette().getByRole("option", { name: "till-2" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /till-2/ }).waitFor();
    expect(path()).toStartWith("/devices/");
    await palette().waitFor({ state: "hidden" });

    // As fast as one types, and on a page that came without a new document.
    await page.keyboard.press("Control+k");
    await palette()
      .getByRole("group", { name: "Recently chosen" })
      .getByRole("option", { name: "till-2" })
      .waitFor();
    await page.keyboard.type("fridge");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /fridge-1/ }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: /till-2/ }).waitFor();
  }, 60_000);

  test("gives the keyboard back to where it was", async () => {
    await page.goto(`${cloud.url}/sites`);
    await page.getByRole("searchbox").focus();
    await page.keyboard.press("Control+k");
    await palette().getByRole("combobox").waitFor();
    await page.keyboard.press("Escape");
    await palette().waitFor({ state: "hidden" });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
  }, 60_000);

  test("changes the theme, and logs out", async () => {
    await page.keyboard.press("Control+k");
    await palette().getByRole("combobox").fill("dark");
    await page.keyboard.press("Enter");
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.reload();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.keyboard.press("Control+k");
    await palette().getByRole("combobox").fill("log out");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${cloud.url}/login`);
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "pleases axe in the %s theme, empty and with what it found",
    async (theme) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.getByRole("link", { name: "Search or go to" }).click();
      await palette().getByRole("combobox").waitFor();
      expect(await faults()).toEqual([]);
      await page.keyboard.type("till");
      await palette().getByRole("option", { name: "till-1" }).waitFor();
      expect(await faults()).toEqual([]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      expect(await faults()).toEqual([]);
    },
    60_000,
  );

  test("fills the screen of a phone", async () => {
    const phone = await openPage(browser, { phone: true });
    await logIn(phone.page, cloud);
    await phone.page.getByRole("link", { name: "Search or go to" }).click();
    const there = phone.page.getByRole("dialog", { name: "Search" });
    await there.getByRole("combobox").fill("till-1");
    const box = await there.boundingBox();
    expect([box?.x, box?.width]).toEqual([0, 390]);
    await there.getByRole("option", { name: "till-1" }).click();
    await phone.page.getByRole("heading", { level: 1, name: /till-1/ }).waitFor();
    await phone.context.close();
  }, 60_000);
});

test("without script the search is a page", async () => {
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const bare = await plain.newPage();
  await bare.goto(cloud.url);
  await bare.getByRole("link", { name: "Search or go to" }).click();
  await bare.getByRole("searchbox").fill("till");
  await bare.keyboard.press("Enter");
  await bare.getByRole("heading", { level: 1, name: "Results for “till”" }).waitFor();
  await bare.getByRole("link", { name: "till-2" }).click();
  await bare.getByRole("heading", { level: 1, name: /till-2/ }).waitFor();
  await plain.close();
}, 60_000);

describe("shortcuts", () => {
  test("lead to pages, walk a list, pick, and open", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.waitForURL(`${cloud.url}/devices`);
    await page.locator("[data-pick]").first().waitFor();
    for (const key of ["j", "j", "k", "j", "x"]) await page.keyboard.press(key);
    const picked = page.locator("tr", { has: page.locator("[data-pick]:checked") });
    expect(await picked.locator(".row-link").allTextContents()).toEqual(["till-1"]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /till-1/ }).waitFor();
  }, 60_000);

  test("? shows them all; nothing of it happens while one types", async () => {
    await page.goto(`${cloud.url}/devices`);
    // Its script has begun: a key that is pressed before that is the browser's own.
    await page.locator(".connection[data-kind=live]").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("g s?");
    await page.waitForFunction(() => location.search.includes("q=g+s"));
    expect(path()).toBe("/devices");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByText("Next row").waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
  }, 60_000);

  test("of single keys can be switched off", async () => {
    await page.goto(`${cloud.url}/settings`);
    await page
      .getByRole("group", { name: "Single keys as shortcuts" })
      .getByRole("button", { name: "Off" })
      .click();
    await page.locator('.frame[data-keys="off"]').waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await palette().getByRole("combobox").waitFor();
    expect([path(), await page.getByRole("dialog").count()]).toEqual(["/settings", 1]);
  }, 60_000);
});
