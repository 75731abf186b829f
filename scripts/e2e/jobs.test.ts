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
  // Its devices have its name beside theirs.
  await page.getByLabel("Cardiff Bay", { exact: true }).check();
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

test("the queue is put into order by the keyboard and by a pointer, and is told to who does not see it", async () => {
  const make = async (name: string) =>
    cloud.api<{ id: string }>("/jobs", {
      method: "POST",
      body: JSON.stringify({
        ...{ name, kind: "ping", arguments: {}, targets: { filter: {} } },
        timing: { kind: "cron", cron: "0 4 * * *" },
      }),
    });
  for (const name of ["Ping A", "Ping B", "Ping C"]) await make(name);
  const order = async () =>
    (await cloud.api<{ items: { name: string }[] }>("/jobs?open=true&sort=position")).items.map(
      ({ name }) => name,
    );
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/jobs/queue`);
  const handle = page.getByRole("button", { name: "Move Ping C" });
  await handle.focus();
  for (const key of ["Space", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
  await page.getByText("Ping C: place 1 of 3.").waitFor({ state: "attached" });
  await page.keyboard.press("Space");
  await until("the keyboard's order", async () => (await order()).join() === "Ping C,Ping A,Ping B");
  await page.getByText("Ping C has place 1 of 3 now.").waitFor({ state: "attached" });

  const [from, to] = [
    (await page.getByRole("button", { name: "Move Ping B" }).boundingBox())!,
    (await handle.boundingBox())!,
  ];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y - 4, { steps: 5 });
  await page.mouse.up();
  await until("the pointer's order", async () => (await order()).join() === "Ping B,Ping C,Ping A");
  await page.getByRole("button", { name: "Ping B one down" }).click();
  await until("a step", async () => (await order()).join() === "Ping C,Ping B,Ping A");
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const script = await openPage(browser);
  await logIn(script.page, cloud);
  await plain.addCookies(await script.context.cookies());
  await script.context.close();
  const without = await plain.newPage();
  await without.goto(`${cloud.url}/jobs/queue`);
  await without.getByRole("button", { name: "Ping A one up" }).click();
  expect(await order()).toEqual(["Ping C", "Ping A", "Ping B"]);
  await plain.close();
}, 60_000);
