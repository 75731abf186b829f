import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { Cloud, until } from "./stack.ts";

/** The dashboard as an installed app: what a browser keeps of it, and what it shows when the cloud is gone. */

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

/** A page over which the service worker has taken control. */
async function openInstalled(): Promise<Awaited<ReturnType<typeof openPage>>> {
  const opened = await openPage(browser, { keepsShell: true });
  await logIn(opened.page, cloud);
  await opened.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((resolve) =>
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
    );
  });
  return opened;
}

/** Addresses of all that is kept, by cache. */
const keptBy = (page: Page) =>
  page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map(({ url }) => new URL(url).pathname).sort();
    }
    return found;
  });

interface Proxy extends Disposable {
  url: string;
  /** Answers in the cloud's place; null lets the cloud answer. */
  answer: ((url: URL) => Response | null) | null;
}

/** A proxy before the cloud, as most installations have one. */
function standBefore(): Proxy {
  const server = Bun.serve({
    port: 0,
    fetch(request) {
      const url = new URL(request.url);
      const { headers } = request;
      return (
        proxy.answer?.(url) ??
        fetch(`${cloud.url}${url.pathname}${url.search}`, { headers, redirect: "manual", decompress: false })
      );
    },
  });
  const proxy: Proxy = {
    url: `http://127.0.0.1:${server.port}`,
    answer: null,
    [Symbol.dispose]: () => void server.stop(true),
  };
  return proxy;
}

describe("the installed dashboard", () => {
  test("meets what Chromium asks of an app that can be installed", async () => {
    const { page, context } = await openInstalled();
    const line = await context.newCDPSession(page);
    const { installabilityErrors } = await line.send("Page.getInstallabilityErrors");
    // Playwright's contexts are private windows, from which nothing is installed.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual(
      [],
    );
    const { errors, data } = await line.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data ?? "{}") as {
      icons: { src: string; sizes: string; type: string; purpose: string }[];
      shortcuts: { url: string }[];
    };
    expect(new Set(manifest.icons.map(({ purpose }) => purpose))).toEqual(new Set(["any", "maskable"]));
    for (const { src, sizes, type } of manifest.icons) {
      const drawn = await page.evaluate(async (address) => {
        const picture = new Image();
        picture.src = address;
        await picture.decode();
        return `${picture.naturalWidth}x${picture.naturalHeight}`;
      }, src);
      const answer = await fetch(`${cloud.url}${src}`);
      expect([src, answer.headers.get("content-type")]).toEqual([src, type]);
      if (sizes !== "any") expect([src, drawn]).toEqual([src, sizes]);
    }
    for (const { url } of manifest.shortcuts) {
      const answer = await page.goto(`${cloud.url}${url}`);
      expect([url, answer?.status(), new URL(page.url()).pathname]).toEqual([url, 200, url.split("?")[0]!]);
    }
    await context.close();
  }, 60_000);

  test("keeps its shell and nothing else, whatever was looked at", async () => {
    const { page, context } = await openInstalled();
    for (const path of ["/sites", "/devices", "/settings"]) await page.goto(`${cloud.url}${path}`);
    const kept = await keptBy(page);
    expect(Object.keys(kept)).toEqual([expect.stringMatching(/^shell-[0-9a-f]{12}$/)]);
    expect(Object.values(kept)[0]).toEqual([
      expect.stringMatching(/^\/assets\/app-\w+\.css$/),
      expect.stringMatching(/^\/assets\/client-\w+\.js$/),
      "/assets/icon.svg",
      ...Array(2).fill(expect.stringMatching(/^\/assets\/in-browser-\w+\.js$/)),
      expect.stringMatching(/^\/assets\/offline-\w+\.js$/),
      "/offline",
    ]);
    const shell = await page.evaluate(async () => (await (await caches.match("/offline"))?.text()) ?? "");
    expect(shell).toContain("cannot be reached");
    expect(shell).not.toContain("operator@homepot.example");
    await context.close();
  });

  test("says what is known while the cloud is gone, and comes back to the wanted page by itself", async () => {
    const { page, context } = await openInstalled();
    await page.locator(".connection[data-kind=live]").waitFor();
    await cloud.program.kill();
    await page.goto(`${cloud.url}/devices?q=till`);
    await page.getByRole("heading", { name: "The cloud cannot be reached" }).waitFor();
    await page.getByText(new URL(cloud.url).host).waitFor();
    expect(await page.locator("[data-offline-since]").textContent()).toMatch(
      /^Last reached (just now|\d+ s ago)/,
    );
    // In the shell's own style sheet.
    expect(await page.locator(".offline-facts").evaluate((panel) => getComputedStyle(panel).display)).toBe(
      "grid",
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
    await cloud.run();
    await page.getByRole("heading", { level: 1, name: /device/i }).waitFor({ timeout: 20_000 });
    expect(page.url()).toBe(`${cloud.url}/devices?q=till`);
    expect(await page.locator("input[name=q]").first().isVisible()).toBe(true);
    await context.close();
  }, 60_000);

  test("shows what a proxy says in the cloud's place as what it is: a cloud that is gone", async () => {
    using proxy = standBefore();
    const { page, context } = await openPage(browser, { keepsShell: true });
    await page.goto(`${proxy.url}/login`);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.reload();
    proxy.answer = () => new Response("<h1>502 Bad Gateway</h1>", { status: 502 });
    await page.reload();
    await page.getByRole("heading", { name: "The cloud cannot be reached" }).waitFor();
    proxy.answer = null;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await context.close();
  }, 60_000);

  test("never shows an old page while the cloud is there", async () => {
    const { page, context } = await openInstalled();
    await page.goto(`${cloud.url}/sites`);
    await cloud.api("/sites", {
      method: "POST",
      body: JSON.stringify({ name: "Brand new", timeZone: "UTC" }),
    });
    await page.reload();
    await page.getByText("Brand new").first().waitFor();
    await context.close();
  });

  test("takes a new version over at once, and drops what the last one kept", async () => {
    using proxy = standBefore();
    const { page, context } = await openPage(browser, { keepsShell: true });
    await page.goto(`${proxy.url}/login`);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.reload();
    const [now = ""] = Object.keys(await keptBy(page));
    const version = now.slice("shell-".length);
    const worker = await (await fetch(`${cloud.url}/service-worker.js`)).text();
    expect(worker).toContain(version);
    proxy.answer = ({ pathname }) =>
      pathname === "/service-worker.js"
        ? new Response(worker.replaceAll(version, "newer"), {
            headers: { "content-type": "text/javascript" },
          })
        : null;
    await page.evaluate(async () => {
      const taken = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
      );
      await (await navigator.serviceWorker.ready).update();
      await taken;
      Object.assign(window, { sameDocument: true });
    });
    await until("the old shell to be gone", async () => !(now in (await keptBy(page))));
    expect(Object.keys(await keptBy(page))).toEqual(["shell-newer"]);
    // This document's script is of the old version: the next page is a document of its own.
    await page.getByRole("link", { name: "Forgot it?" }).click();
    await page.waitForURL(`${proxy.url}/forgot-password`);
    expect(await page.evaluate(() => Reflect.get(window, "sameDocument"))).toBeUndefined();
    await context.close();
  }, 60_000);

  test("leaves nothing behind at log-out but the shell of the log-in page", async () => {
    const { page, context } = await openInstalled();
    await page.evaluate(() => localStorage.setItem("draft", "of a person"));
    await page.locator("[popovertarget=account]").first().click();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await page.evaluate(() => localStorage.getItem("draft"))).toBeNull();
    await context.close();
  });
});
