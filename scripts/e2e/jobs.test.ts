import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import mqtt, { type MqttClient } from "mqtt";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** A job is made, watched and retried in a real browser, with a real gateway and devices that answer over MQTT. */

const KEYS = ["terminal-1", "terminal-2"];
const REASON = "the payment gateway rejected it";

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
const devices: MqttClient[] = [];
/** The second terminal stays sick until its cause goes. */
let sick = true;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  for (const key of KEYS) {
    const { username, password } = await gateway.addDevice(key);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.port}`, {
      ...{ username, password, clientId: key },
    });
    devices.push(client);
    client.on("message", (topic) => {
      const fails = sick && key === "terminal-2";
      client.publish(`${topic}/log`, `${key} looks at its configuration`);
      client.publish(`${topic}/result`, JSON.stringify(fails ? { ok: false, error: REASON } : { ok: true }));
    });
    await client.subscribeAsync(`homepot/${key}/command/+`, { qos: 1 });
  }
  await until("the devices in the cloud", async () => {
    const { total } = await cloud.api<{ total: number }>("/devices");
    return total === KEYS.length;
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  for (const client of devices) await client.endAsync(true);
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

test("a job is looked at before it is made, fills live, says why one failed, and is retried", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/jobs/new?kind=device.command`);
  const command = page.getByLabel("Command");
  await command.fill("update payment config");
  await command.blur();
  await page.getByText("must be letters, digits, '.', '_' and '-', 64 at most").waitFor();
  expect(await page.locator(".field-error").count()).toBe(1);
  await command.fill("update-payment-config");
  await page.getByLabel("Cardiff Bay").check();
  await page.locator("#job-preview", { hasText: "2 targets at 1 gateway" }).waitFor();
  expect(await page.locator(".field-error").count()).toBe(0);
  await page.getByLabel("Run it").selectOption({ label: "Again and again" });
  await page.locator("#job-preview time").nth(4).waitFor();
  await page.getByLabel("Run it").selectOption({ label: "Now" });
  await page.getByLabel("Name").fill("Payment config");
  await page.getByRole("button", { name: "Make the job" }).click();

  await page.getByRole("heading", { level: 1, name: "Payment config: 1 of 2 devices done" }).waitFor();
  await page.locator(".failures", { hasText: REASON }).waitFor();
  expect(await page.locator(".rollout-bar g").count()).toBe(2);
  await page.locator(".log-line", { hasText: "terminal-1 looks at its configuration" }).waitFor();
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);

  sick = false;
  await page.getByRole("button", { name: "Retry the failed ones" }).click();
  await page.getByRole("heading", { level: 1, name: "Payment config: 2 of 2 devices done" }).waitFor();
  expect(await page.locator(".failures").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);
