import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./browser.ts";
import { Cloud, EMAIL, Gateway, PASSWORD, until } from "./stack.ts";

/** The dashboard in German, in a real browser that asks for it: what scripts say too, and on a phone. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let device: { id: string; siteId: string };

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Hamburg");
  const { username, password } = await gateway.addDevice("fridge-1");
  const sent = Bun.spawn([
    ...["mosquitto_pub", "-h", "127.0.0.1", "-p", String(gateway.port), "-u", username, "-P", password],
    ...["-q", "1", "-t", "homepot/fridge-1/telemetry", "-m", '{"temperature":4.25}'],
  ]);
  expect(await sent.exited).toBe(0);
  device = await until("the device with its value", async () => {
    const list = await cloud.api<{ items: (typeof device)[] }>("/devices?q=fridge-1");
    const found = list.items[0];
    if (found === undefined) return undefined;
    const { latest } = await cloud.api<{ latest: unknown[] }>(`/devices/${found.id}`);
    return latest.length > 0 ? found : undefined;
  });
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Logged in, on a phone whose owner reads German. */
async function openGerman(): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: "de-DE",
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  await page.goto(`${cloud.url}/login`);
  await page.getByLabel("E-Mail").fill(EMAIL);
  await page.getByLabel("Passwort", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  return { page, context };
}

const PAGES = () => [
  ...["/", "/sites", "/sites/new", `/sites/${device.siteId}`, `/sites/${device.siteId}/edit`],
  ...["/devices", "/devices?health=warning", `/devices/${device.id}`, `/devices/${device.id}/configuration`],
  ...["/notifications", "/notifications/history", "/notifications/dead-letters", "/notifications/new"],
  ...["/notifications/statistics", "/notifications/templates", "/notifications/templates/new"],
  ...["/settings/notifications", "/settings/push", "/settings/push/wns"],
  ...["/gateways", "/gateways/add", "/settings", "/settings/members", "/settings/roles", "/settings/audit"],
  ...[
    "/settings/telemetry",
    "/settings/password",
    "/settings/name",
    "/settings/organization/name",
    "/no-such-page",
  ],
];
/** Words that stand on nearly every English page, and in no German one. */
const ENGLISH =
  /\b(the|and|your|with|this|its|are|not|last seen|devices?|sites?|settings|members|save|cancel|ago)\b/i;

describe("who reads German", () => {
  test("finds it on every page, and every page as wide as their phone", async () => {
    const { page, context } = await openGerman();
    for (const path of PAGES()) {
      await page.goto(`${cloud.url}${path}`);
      await page.locator(".connection[data-kind=live]").first().waitFor({ state: "attached" });
      const seen = await page.evaluate(() => {
        for (const code of document.querySelectorAll("code, pre, script, noscript, .mono")) code.remove();
        const { scrollWidth, clientWidth } = document.documentElement;
        const text = document.querySelector("main")?.textContent ?? "";
        return { lang: document.documentElement.lang, tooWide: scrollWidth > clientWidth, text };
      });
      // Addresses, emails and the names of actions are nobody's language.
      const english = ENGLISH.exec(seen.text.replaceAll(/\S*[@/_<>]\S*|\w+\.\w+/g, ""))?.[0] ?? null;
      expect({ path, lang: seen.lang, tooWide: seen.tooWide, english }).toEqual({
        ...{ path, lang: "de", tooWide: false, english: null },
      });
    }
    await context.close();
  }, 90_000);

  test("hears it from scripts: the chart in a sentence, times, and the line's state", async () => {
    const { page, context } = await openGerman();
    await page.goto(`${cloud.url}/devices/${device.id}`);
    await page.locator(".chart-box canvas").waitFor();
    const sentence = page.getByText("Temperatur in den letzten 15 Minuten: immer 4,25 °C.");
    await sentence.waitFor();
    expect(await page.locator(".connection").first().getAttribute("title")).toContain("seit ");
    expect(await page.locator(".value-age").first().textContent()).toMatch(/^(gerade eben|vor \d+ (s|min))$/);
    await context.close();
  }, 60_000);

  test("may choose another language, which stays", async () => {
    const { page, context } = await openGerman();
    await page.getByRole("button", { name: "Konto" }).click();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { level: 1, name: "online" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
    await page.goto(`${cloud.url}/gateways`);
    await page.getByRole("heading", { name: "1 of 1 gateway connected" }).waitFor();
    await context.close();
  }, 60_000);
});
