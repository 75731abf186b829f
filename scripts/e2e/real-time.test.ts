import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import mqtt, { type MqttClient } from "mqtt";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, type DeviceCredential, Gateway, until } from "./stack.ts";

/** What a page shows of what comes and goes and is done, over lines that break and lines that are not let through. */

let cloud: Cloud;
let gateway: Gateway;
let credential: DeviceCredential;
let browser: Browser;
let deviceId: string;
let client: MqttClient | null = null;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  credential = await gateway.addDevice("till-1");
  await comeOnline();
  deviceId = await until("the device in the cloud", async () => {
    const list = await cloud.api<{ items: { id: string }[] }>("/devices?q=till-1");
    return list.items[0]?.id;
  });
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await client?.endAsync(true);
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

async function comeOnline(): Promise<void> {
  const { username, password } = credential;
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.port}`, { username, password });
}

async function goOffline(): Promise<void> {
  await client?.endAsync();
  client = null;
}

const indicator = (page: Page, kind: string) =>
  page.locator(`.connection[data-kind=${kind}]`).waitFor({ timeout: 30_000 });
const badge = (page: Page, word: string) =>
  page
    .locator('x-island[name="device-connectivity"]', { hasText: word })
    .first()
    .waitFor({ timeout: 10_000 });

async function openDevice(prepare: (page: Page) => Promise<void> = async () => {}) {
  const opened = await openPage(browser);
  await prepare(opened.page);
  await logIn(opened.page, cloud);
  await opened.page.goto(`${cloud.url}/devices/${deviceId}`);
  await opened.page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return opened;
}
const isSameDocument = (page: Page) => page.evaluate(() => Reflect.get(window, "sameDocument") === true);

describe("a page", () => {
  test("whose network goes and comes back says so, and shows what happened meanwhile", async () => {
    const { page, context } = await openDevice();
    await indicator(page, "live");
    await badge(page, "Online");
    await context.setOffline(true);
    await indicator(page, "offline");
    await goOffline();
    await context.setOffline(false);
    await indicator(page, "live");
    await badge(page, "Offline");
    await comeOnline();
    await badge(page, "Online");
    expect(await isSameDocument(page)).toBe(true);
    await context.close();
  }, 90_000);

  test("whose WebSocket is let through by nobody polls, and goes back to it when it can", async () => {
    let blocked = true;
    const { page, context } = await openDevice((page) =>
      page.routeWebSocket(/\/api\/v1\/events/, (socket) => {
        if (blocked) void socket.close();
        else socket.connectToServer();
      }),
    );
    await indicator(page, "polling");
    await badge(page, "Online");
    await goOffline();
    await badge(page, "Offline");
    expect(await page.locator(".connection").textContent()).toContain("Polling");
    await comeOnline();
    await badge(page, "Online");
    blocked = false;
    // As when the person comes back to the tab; by itself it tries within a minute.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await indicator(page, "live");
    await goOffline();
    await badge(page, "Offline");
    await comeOnline();
    expect(await isSameDocument(page)).toBe(true);
    await context.close();
  }, 90_000);

  test("of somebody who may see devices and no history shows their newest values as they come", async () => {
    const { page, context, complaints } = await openPage(browser);
    await logIn(page, cloud, await invite(["device:read"]));
    await page.goto(`${cloud.url}/devices/${deviceId}`);
    await indicator(page, "live");
    for (const temperature of ["5.5", "6.25"]) {
      await client?.publishAsync("homepot/till-1/telemetry", `{"temperature":${temperature}}`, { qos: 1 });
      await page.locator(".value-figure", { hasText: temperature }).first().waitFor({ timeout: 10_000 });
    }
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});

describe("a page that the line broke off", () => {
  /** Comes to the device by way of its site, in one document. */
  const walkToDevice = async (page: Page) => {
    await page.goto(`${cloud.url}/sites`);
    await page.getByRole("link", { name: "Cardiff Bay" }).first().click();
    await page.locator("#content").getByRole("link", { name: "till-1", exact: true }).click();
    await page.locator("#device").waitFor();
    await indicator(page, "live");
  };
  const siteTitle = (page: Page) => page.locator("h1", { hasText: "Cardiff Bay" });

  test("in a step back comes when the line is back, or when it is asked for again", async () => {
    const { page, context } = await openDevice();
    await walkToDevice(page);
    await context.setOffline(true);
    await page.evaluate(() => history.back());
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    expect(new URL(page.url()).pathname).toStartWith("/sites/");
    await context.setOffline(false);
    await siteTitle(page).waitFor();
    await context.close();

    const { page: other, context: away } = await openDevice();
    await walkToDevice(other);
    // Its line stays, and one answer gets lost.
    await other.route(/\/sites\//, (route) => route.abort("connectionreset"), { times: 1 });
    await other.evaluate(() => history.back());
    await other.getByRole("button", { name: "Try again" }).click();
    await siteTitle(other).waitFor();
    await away.close();
  }, 90_000);

  test("before its code had come shows what is measured when the line is back", async () => {
    const { page, context } = await openDevice();
    await page.goto(`${cloud.url}/devices`);
    await indicator(page, "live");
    await page.route(/\/assets\/(first-)?telemetry-/, (route) => route.abort("connectionreset"), {
      times: 1,
    });
    await page.locator("#content").getByRole("link", { name: "till-1", exact: true }).click();
    await page.locator("#device .failure").waitFor();
    await context.setOffline(true);
    await indicator(page, "offline");
    await client?.publishAsync("homepot/till-1/telemetry", '{"temperature":7.75}', { qos: 1 });
    await context.setOffline(false);
    await page.locator(".value-figure", { hasText: "7.75" }).first().waitFor({ timeout: 30_000 });
    await context.close();
  }, 90_000);
});

test("the overview tells what somebody else does as it is done, in the same document", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await indicator(page, "live");
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const site = { name: "Barry Island", description: "", address: "", timeZone: "Europe/London" };
  await cloud.api("/sites", { method: "POST", body: JSON.stringify(site) });
  await page.locator(".activity", { hasText: "added the site Barry Island" }).waitFor({ timeout: 10_000 });
  expect([await isSameDocument(page), complaints]).toEqual([true, []]);
  await context.close();
}, 60_000);

/** Somebody with just these permissions. */
async function invite(permissions: readonly string[]): Promise<{ email: string; password: string }> {
  const post = <T>(path: string, body: object) =>
    cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });
  const role = await post<{ id: string }>("/organization/roles", {
    name: "Reader",
    description: "",
    permissions,
  });
  const someone = { email: "reader@homepot.example", password: "another long pass phrase" };
  const { link } = await post<{ link: string }>("/invitations", { email: someone.email, role: role.id });
  const token = new URL(link).searchParams.get("token");
  const joined = await fetch(`${cloud.url}/api/v1/auth/accept-invitation`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, name: "Reader", password: someone.password }),
  });
  expect([joined.status, await joined.text()]).toEqual([200, expect.any(String)]);
  return someone;
}
