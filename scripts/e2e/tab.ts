import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { launchChromium } from "./browser.ts";

/**
 * A tab of whichever browser, as far as both drivers are alike: Playwright speaks to Chromium, Puppeteer by WebDriver BiDi
 * to Firefox, which Playwright knows only in a build of its own.
 */
export interface Tab {
  goto(url: string): Promise<unknown>;
  evaluate<T, A>(look: (given: A) => T, given: A): Promise<T>;
  /** A tab behind another may wait for its next frame for ever. */
  bringToFront(): Promise<void>;
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  mouse: { click(x: number, y: number): Promise<void> };
}

export interface AnyBrowser extends AsyncDisposable {
  /** A tab of a session of its own, and everything its page complained of. */
  open(): Promise<{ tab: Tab; complaints: string[]; size(width: number, height: number): Promise<void> }>;
}

/** What Firefox says of a line that a page had not opened yet when it was left. */
const LEFT_BEHIND = /interrupted while the page was loading/;
/** And of code that was on its way to such a page; but of code that does not come as well. */
const NO_CODE = /error loading dynamically imported module: (\S+)/;
const DESK = { width: 1280, height: 800 };

/** Those that are faults: that a page was left while its code came is none, so long as the code is there to be had. */
export async function faultsAmong(complaints: readonly string[]): Promise<string[]> {
  const isFault = async (complaint: string): Promise<boolean> => {
    const url = NO_CODE.exec(complaint)?.[1];
    if (url === undefined) return true;
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return !(answer.ok && answer.headers.get("content-type")?.startsWith("text/javascript"));
  };
  const faults = await Promise.all(complaints.map(isFault));
  return complaints.filter((_, index) => faults[index]);
}

export async function openChromium(): Promise<AnyBrowser> {
  const browser = await launchChromium();
  return {
    async open() {
      const context = await browser.newContext({
        ...{ viewport: DESK, locale: "en-GB", reducedMotion: "reduce", serviceWorkers: "block" },
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      const size = (width: number, height: number) => page.setViewportSize({ width, height });
      return { tab: page as unknown as Tab, complaints, size };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

export async function openFirefox(): Promise<AnyBrowser> {
  // Debian's keeps what is not in its profile at home, which need not be writable.
  const home = await mkdtemp(join(tmpdir(), "homepot-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    defaultViewport: null,
    timeout: 60_000,
    protocolTimeout: 60_000,
    env: { ...process.env, HOME: home },
    extraPrefsFirefox: {
      "intl.accept_languages": "en-GB,en",
      "ui.prefersReducedMotion": 1,
      "dom.serviceWorkers.enabled": false,
    },
  });
  return {
    async open() {
      const page = await (await browser.createBrowserContext()).newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => {
        if (!LEFT_BEHIND.test(String(error))) complaints.push(String(error));
      });
      const size = (width: number, height: number) =>
        page.setViewport({ width, height }).catch((error: Error) => {
          // The size is set; which way round a screen is held Debian's Firefox does not know.
          if (!error.message.includes("setScreenOrientationOverride")) throw error;
        });
      await size(DESK.width, DESK.height);
      return { tab: page as unknown as Tab, complaints, size };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
