import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, EMAIL, Gateway, PASSWORD, until } from "./stack.ts";

/** Roles that an organisation makes, in a real browser: made without script, carried by somebody, changed while they look. */

let cloud: Cloud;
let gateway: Gateway;
let browser: Browser;
let device: { id: string; name: string };

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  await gateway.addDevice("fridge-1");
  device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: (typeof device)[] }>("/devices");
    return items[0];
  });
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

interface Role {
  id: string;
  name: string;
  permissions: string[];
}
const roleCalled = async (name: string): Promise<Role | undefined> =>
  (await cloud.api<{ items: Role[] }>("/organization/roles")).items.find((role) => role.name === name);
const tick = (page: Page, permission: string) => page.locator(`input[value="${permission}"]`);

/** A page of somebody new who was invited with this role. */
async function somebodyWith(role: string, email: string) {
  const { link } = await cloud.api<{ link: string }>("/invitations", {
    method: "POST",
    body: JSON.stringify({ email, role }),
  });
  const opened = await openPage(browser);
  await opened.page.goto(`${cloud.url}${new URL(link).pathname}${new URL(link).search}`);
  await opened.page.getByLabel("Your name").fill("Nadia");
  await opened.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await opened.page.getByRole("button", { name: "Join" }).click();
  await opened.page.waitForURL((url) => url.pathname !== "/invitation");
  return opened;
}
const change = ({ id, name }: Role, permissions: string[]) =>
  cloud.api(`/organization/roles/${id}`, { method: "PUT", body: JSON.stringify({ name, permissions }) });

test("a role is made from a copy, changed and deleted without script", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${cloud.url}/login`);
  await page.getByLabel("Email").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.goto(`${cloud.url}/settings/roles`);
  await page.getByText("No roles of your own yet").waitFor();
  await page.getByRole("link", { name: "Copy Installer" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Night shift");
  await tick(page, "gateway:claim").uncheck();
  await page.getByRole("button", { name: "Add a role" }).click();
  await page.getByText("Night shift was added.").waitFor();
  expect((await roleCalled("Night shift"))?.permissions).toEqual([
    ...["organization:read", "site:read", "gateway:read", "device:read", "telemetry:read"],
  ]);
  await page.getByRole("link", { name: "Edit Night shift" }).click();
  await tick(page, "gateway:read").uncheck();
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Night shift was saved.").waitFor();
  expect((await roleCalled("Night shift"))?.permissions).not.toContain("gateway:read");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete role" }).click();
  await page.getByText("Night shift was deleted.").waitFor();
  expect(await roleCalled("Night shift")).toBeUndefined();
  await context.close();
}, 60_000);

test("who has a role sees what it allows, and loses it on the open page when it is taken away", async () => {
  const role = await cloud.api<Role>("/organization/roles", {
    method: "POST",
    body: JSON.stringify({ name: "Fridge watch", permissions: ["device:read"] }),
  });
  const { page, context, complaints } = await somebodyWith(role.id, "nadia@homepot.example");
  await page.waitForURL(`${cloud.url}/devices`);
  expect(await page.locator(".rail-links a").allTextContents()).toEqual(["Devices", "Simulation"]);
  await page.goto(`${cloud.url}/devices/${device.id}`);
  await page.locator(".connection[data-kind=live]").waitFor();
  const found = await new AxeBuilder({ page: page as never }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  expect(complaints).toEqual([]);

  const startMs = performance.now();
  await change(role, ["site:read"]);
  await page.getByRole("heading", { name: "Your role does not allow this" }).waitFor();
  expect(performance.now() - startMs).toBeLessThan(2_000);
  expect(await page.locator(".rail-links a").allTextContents()).toEqual(["Overview", "Sites"]);
  await page.locator(".connection[data-kind=live]").waitFor();
  await change(role, ["device:read"]);
  await page.getByRole("heading", { name: device.name }).waitFor();
  await context.close();
}, 60_000);

test("a role that somebody has is not deleted, and the page says who", async () => {
  const { page, context } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/settings/roles`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete role" }).click();
  await page.getByText("The role is in use").waitFor();
  await page.getByText("Nadia (nadia@homepot.example)").waitFor();
  await context.close();
});
