import type { BrowserContext, Page } from "playwright-core";

export interface FirstLoad {
  /** Bytes of the bodies as they came over the line. */
  scriptBytes: number;
  styleBytes: number;
  /** Addresses of the scripts. */
  scripts: string[];
  /** Sum of all layout shifts that no one's input caused. */
  shift: number;
  /** Addresses asked for that are not of the page's own origin. */
  elsewhere: string[];
}

/** Opens an address in a tab without a cache, waits until `settled`, and tells what it cost. */
export async function firstLoad(
  context: BrowserContext,
  url: string,
  settled: (page: Page) => Promise<void>,
): Promise<FirstLoad> {
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  const kinds = new Map<string, { type: string; url: string }>();
  const load: FirstLoad = { scriptBytes: 0, styleBytes: 0, scripts: [], shift: 0, elsewhere: [] };
  const { origin } = new URL(url);
  line.on("Network.requestWillBeSent", ({ requestId, request, type = "" }) => {
    kinds.set(requestId, { type, url: request.url });
    if (/^(https?|wss?):/.test(request.url) && new URL(request.url).host !== new URL(origin).host)
      load.elsewhere.push(request.url);
  });
  // What the protocol counts has the headers in it; they are a few hundred bytes, and the budget bears them.
  line.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const { type, url } = kinds.get(requestId) ?? { type: "", url: "" };
    if (type === "Stylesheet") load.styleBytes += encodedDataLength;
    if (type !== "Script") return;
    load.scriptBytes += encodedDataLength;
    load.scripts.push(url);
  });
  await page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) shifts.sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url, { waitUntil: "load" });
  await settled(page);
  // A shift is told after the frame that shows it.
  load.shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() =>
            setTimeout(() => resolve((Reflect.get(window, "shifts") as { sum: number }).sum)),
          ),
        );
      }),
  );
  await page.close();
  return load;
}
