import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import mqtt, { type MqttClient } from "mqtt";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** What settings a type has is described in a real browser; a device is configured by the form that comes of it, over a real gateway. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let client: MqttClient;
let id: string;
/** What the device is told, newest last. */
const told: object[] = [];

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  const { username, password } = await gateway.addDevice("heat-1");
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.port}`, {
    ...{ username, password, clientId: "heat-1" },
  });
  client.on("message", (_, payload) => told.push(JSON.parse(payload.toString())));
  await client.subscribeAsync("homepot/heat-1/config/desired", { qos: 1 });
  await client.publishAsync("homepot/heat-1/state", JSON.stringify({ type: "thermostat" }), { qos: 1 });
  id = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string; type: string }[] }>("/devices");
    return items.find(({ type }) => type === "thermostat")?.id;
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await client?.endAsync(true);
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

test("a setting is described, has a field that says on leaving it what is wrong, and reaches the device as it is", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/devices/${id}/configuration`);
  await page.getByRole("link", { name: "Describe its settings" }).click();
  await page.getByLabel("Name in the JSON").fill("target");
  await page.getByLabel("As people read it").fill("Target");
  await page.getByLabel("Kind of value").selectOption({ label: "Number" });
  await page.getByLabel("Unit").fill("°C");
  await page.getByLabel("At most").fill("30");
  await page.getByLabel("As devices have it").fill("40");
  await page.getByLabel("Unit").focus();
  await page.getByText("must be at most 30").waitFor();
  await page.getByLabel("As devices have it").fill("19.5");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page
    .getByRole("heading", { level: 1, name: "Configuration of all devices of the type Thermostat" })
    .waitFor();

  await page.goto(`${cloud.url}/devices/${id}/configuration`);
  const target = page.getByLabel("Target (°C)");
  await target.fill("31");
  await target.blur();
  await page.getByText("must be at most 30").waitFor();
  expect(await target.getAttribute("aria-invalid")).toBe("true");
  await target.fill("21.5");
  await target.blur();
  await page.getByText("must be at most 30").waitFor({ state: "detached" });
  await page.getByText("Other settings", { exact: true }).click();
  await page.getByLabel("Other settings, as JSON").fill('{"curve":[1,2]}');
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("button", { name: "Save and send" }).click();
  const config = { target: 21.5, curve: [1, 2] };
  await until("the device to be told", async () => Bun.deepEquals(told.at(-1), { version: 1, config }));
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);
