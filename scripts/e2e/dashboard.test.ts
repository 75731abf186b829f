import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { addressesOf, ENTRANCE_PAGES, PAGES, type Records } from "../addresses/addresses.ts";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, type DeviceCredential, Gateway, until } from "./stack.ts";

/** The dashboard in a real browser, over a real cloud, gateway and device. */

let cloud: Cloud;
let gateway: Gateway;
let credential: DeviceCredential;
let browser: Browser;
let deviceId: string;
let siteId: string;
let records: Partial<Records>;

beforeAll(async () => {
  cloud = await Cloud.start(["--accounts-signup", "open"]);
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  credential = await gateway.addDevice("fridge-1");
  await publish("state", '{"type":"thermostat","name":"Walk-in fridge","model":"R2"}', true);
  await publish("telemetry", '{"temperature":4.25,"door":false}');
  const device = await until("the device in the cloud", async () => {
    const list = await cloud.api<{ items: { id: string; siteId: string; name: string }[] }>(
      "/devices?q=fridge-1",
    );
    return list.items.find((item) => item.name === "Walk-in fridge");
  });
  deviceId = device.id;
  siteId = device.siteId;
  await cloud.api(`/devices/${deviceId}/telemetry`);
  records = { site: siteId, device: deviceId, ...(await makeRecords()) };
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Of what pages show besides: a role, and somebody who is invited. */
async function makeRecords(): Promise<Partial<Records>> {
  const post = <T>(path: string, body: object) =>
    cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });
  const role = await post<{ id: string }>("/organization/roles", {
    ...{ name: "Night shift", permissions: ["device:read"] },
  });
  const invited = { email: "nadia@homepot.example", role: "operator" };
  const { link } = await post<{ link: string }>("/invitations", invited);
  const job = await post<{ id: string }>("/jobs", {
    ...{ kind: "ping", name: "Is it there?", arguments: {}, targets: { devices: [deviceId] } },
  });
  const execution = await until("the job's execution", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>(`/jobs/${job.id}/executions`);
    return items[0]?.id;
  });
  const template = await post<{ id: string }>("/notifications/templates", {
    ...{ name: "Door", messages: { en: { title: "Door open" } } },
  });
  const notification = await post<{ id: string }>("/notifications", {
    ...{
      name: "Closed",
      targets: { devices: [deviceId], everyone: true },
      message: { title: "Closed today" },
    },
  });
  const delivery = await until("the notification's delivery", async () => {
    const path = `/notifications/${notification.id}/deliveries`;
    return (await cloud.api<{ items: { id: string }[] }>(path)).items[0]?.id;
  });
  const gateways = await cloud.api<{ items: { id: string }[] }>("/gateways");
  const told = { notification: notification.id, delivery, template: template.id };
  const invitation = new URL(link).searchParams.get("token") ?? "";
  return { role: role.id, invitation, job: job.id, execution, gateway: gateways.items[0]!.id, ...told };
}

async function publish(channel: string, message: string, retain = false): Promise<void> {
  const { username, password } = credential;
  const child = Bun.spawn([
    ...["mosquitto_pub", "-h", "127.0.0.1", "-p", String(gateway.port), "-u", username, "-P", password],
    ...["-q", "1", "-t", `homepot/fridge-1/${channel}`, "-m", message],
    ...(retain ? ["-r"] : []),
  ]);
  expect(await child.exited).toBe(0);
}

/** The newest value of a metric, as the device's page shows it. */
const figure = (page: Page, value: string) => page.locator(".value-figure", { hasText: value }).first();

describe("the dashboard", () => {
  test("lets nobody in without a log-in, and takes them where they wanted to go after it", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${cloud.url}/devices/${deviceId}`);
    expect(new URL(page.url()).pathname).toBe("/login");
    await page.getByLabel("Email").fill("operator@homepot.example");
    await page.getByLabel("Password", { exact: true }).fill("not the pass phrase");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Email or password is wrong").waitFor();
    await page.getByLabel("Password", { exact: true }).fill("a long pass phrase");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(`${cloud.url}/devices/${deviceId}`);
    await context.close();
  });

  test("shows a reading on the device's page within a second, without a reload", async () => {
    const { page, context, complaints } = await openPage(browser);
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/devices/${deviceId}`);
    await page.locator(".connection[data-kind=live]").waitFor();
    await figure(page, "4.25").waitFor();
    await page.locator(".chart-box canvas").first().waitFor();
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    // The watch reaches the gateway a moment after the page is live: the first values may take a little longer, and the
    // page may learn them from the cloud; none may be passed over.
    for (const first of ["5.5", "6.25"]) {
      await publish("telemetry", `{"temperature":${first}}`);
      await figure(page, first).waitFor({ timeout: 5_000 });
    }
    const startMs = performance.now();
    await publish("telemetry", '{"temperature":7.75}');
    await figure(page, "7.75").waitFor({ timeout: 5_000 });
    expect(performance.now() - startMs).toBeLessThan(1_000);
    expect(await page.evaluate(() => Reflect.get(window, "sameDocument"))).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("tells the truth about its connection while the cloud is gone and back", async () => {
    const { page, context } = await openPage(browser);
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/devices`);
    const connection = page.locator(".connection");
    await page.locator(".connection[data-kind=live]").waitFor();
    await cloud.program.kill();
    await until(
      "the indicator to say so",
      async () => (await connection.getAttribute("data-kind")) !== "live",
    );
    await cloud.run();
    await page.locator(".connection[data-kind=live]").waitFor({ timeout: 20_000 });
    await context.close();
  }, 60_000);

  test("sends who was logged out elsewhere to log in, and back to the page they were on", async () => {
    const { page, context } = await openPage(browser);
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/devices`);
    await page.locator(".connection[data-kind=live]").waitFor();
    // Another tab logs out; this one is told over its socket.
    await page.evaluate(() => fetch("/api/v1/auth/logout", { method: "POST" }));
    await page.waitForURL(`${cloud.url}/login?next=%2Fdevices`, { timeout: 10_000 });
    await context.close();
  });

  test("can be walked through by links, back and forward", async () => {
    const { page, context, complaints } = await openPage(browser);
    await logIn(page, cloud);
    await page.getByRole("link", { name: "Sites", exact: true }).first().click();
    await page.waitForURL(`${cloud.url}/sites`);
    await page.getByRole("link", { name: "Cardiff Bay" }).first().click();
    await page.waitForURL(`${cloud.url}/sites/${siteId}`);
    await page.getByRole("link", { name: "Walk-in fridge" }).first().click();
    await page.waitForURL(`${cloud.url}/devices/${deviceId}`);
    await page.goBack();
    await page.waitForURL(`${cloud.url}/sites/${siteId}`);
    await page.goForward();
    await page.waitForURL(`${cloud.url}/devices/${deviceId}`);
    await page.getByRole("heading", { name: /Walk-in fridge/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("makes a site, refuses a second one of its name, and gives a claim code for its gateway", async () => {
    const { page, context } = await openPage(browser);
    await logIn(page, cloud);
    await page.goto(`${cloud.url}/sites/new`);
    await page.getByLabel("Name").fill("Barry Island");
    await page.getByRole("button", { name: /Create|Save|Add/ }).click();
    await page.getByRole("heading", { name: /Barry Island/ }).waitFor();
    await page.goto(`${cloud.url}/sites/new`);
    await page.getByLabel("Name").fill("Barry Island");
    await page.getByRole("button", { name: /Create|Save|Add/ }).click();
    await page
      .getByText(/taken|already/)
      .first()
      .waitFor();
    // One step back leaves the form, however often it was refused.
    await page.goBack();
    await page.getByRole("heading", { name: /Barry Island/ }).waitFor();
    await page.goto(`${cloud.url}/gateways/add`);
    await page.getByLabel("Site").fill("Barry Island");
    await page.getByRole("button", { name: /code/i }).click();
    await page
      .getByText(/homepot-edge enroll/)
      .first()
      .waitFor();
    await page
      .getByText(/[0-9A-Z]{4}-[0-9A-Z]{4}/)
      .first()
      .waitFor();
    await context.close();
  });
});

type Theme = "light" | "dark";

/** What axe, the browser and the page's width find wrong with every page of the dashboard. */
async function faultsOf(colorScheme: Theme, size: "desktop" | "phone"): Promise<string[]> {
  const { page, context, complaints } = await openPage(browser, { colorScheme, phone: size === "phone" });
  const findings: string[] = [];
  const look = async (path: string) => {
    await page.goto(`${cloud.url}${path}`);
    // No page has a frame: what axe found need not be put together on a second page.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    findings.push(...violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes[0]?.target.join(" ")}`));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (sideways > 0) findings.push(`${path}: scrolls ${sideways} px sideways`);
  };
  for (const path of addressesOf(records, ENTRANCE_PAGES)) await look(path);
  // What is asked of who has no account yet was refused where it should be: the browser says so.
  complaints.length = 0;
  await logIn(page, cloud);
  // Searches and filters of a list look alike in every size and theme.
  const once = Object.fromEntries(Object.entries(PAGES).map(([path, ways]) => [path, ways.slice(0, 1)]));
  const every = size === "desktop" && colorScheme === "light";
  for (const path of addressesOf(records, every ? PAGES : once)) await look(path);
  const complained = [...complaints];
  await look("/no-such-page");
  await context.close();
  return [...findings, ...complained].map((fault) => `${size}: ${fault}`);
}

test.each(["light", "dark"] as const)(
  "no page has a fault that axe finds, scrolls sideways, or complains in the %s theme",
  async (theme) => {
    // Side by side: one of them alone leaves half of a small machine waiting.
    const faults = await Promise.all([faultsOf(theme, "desktop"), faultsOf(theme, "phone")]);
    expect(faults.flat()).toEqual([]);
    // Every page by itself: on a busy machine it took three minutes.
  },
  400_000,
);
