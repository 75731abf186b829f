/**
 * What stays in the browser when the cloud cannot be reached: one page that says so, with its style sheet and script. And
 * what takes messages while no page is open (`push.ts`).
 *
 * Promises: while the cloud is reached, every page and every answer of the API is the cloud's own; none of them is ever
 * kept, so that nothing of a person is left after their log-out. A new version of the dashboard brings a new version of
 * this file, which takes over at once and drops what the last one kept.
 */
import { takePush } from "./push.ts";
import { UNSAID } from "./receipts.ts";
import type { WorkerScope } from "./scope.ts";

/** Both are put in by ui/build.ts. `SHELL_FILES` are the addresses of the page's files. */
declare const SHELL_VERSION: string;
declare const SHELL_FILES: readonly string[];

const worker = self as unknown as WorkerScope;
const OFFLINE_PAGE = "/offline";
const CACHE = `shell-${SHELL_VERSION}`;

worker.addEventListener("install", (event) => event.waitUntil(keepShell().then(() => worker.skipWaiting())));

worker.addEventListener("activate", (event) =>
  event.waitUntil(dropOlder().then(() => worker.clients.claim())),
);

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(navigate(request));
  else if (SHELL_FILES.includes(new URL(request.url).pathname)) event.respondWith(shellFile(request));
});

takePush(worker);

/** Without cookies: the page must be nobody's. And from the cloud itself: the copy a browser has may be of before. */
async function keepShell(): Promise<void> {
  const cache = await worker.caches.open(CACHE);
  await cache.add(new Request(OFFLINE_PAGE, { cache: "reload", credentials: "omit" }));
  await cache.addAll([...SHELL_FILES]);
}

async function dropOlder(): Promise<void> {
  const names = await worker.caches.keys();
  await Promise.all(
    names.filter((name) => name !== CACHE && name !== UNSAID).map((name) => worker.caches.delete(name)),
  );
}

async function navigate(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (!isProxySpeaking(answer)) return answer;
    return (await kept(OFFLINE_PAGE)) ?? answer;
  } catch (error) {
    const page = await kept(OFFLINE_PAGE);
    if (page === undefined) throw error;
    return page;
  }
}

/** Every answer of the cloud carries a request's id. One that says "bad gateway" without is of a proxy before it. */
function isProxySpeaking({ status, headers }: Response): boolean {
  return status >= 502 && status <= 504 && !headers.has("x-request-id");
}

/** Their names change with their content: what is kept under a name is what the cloud would send. */
async function shellFile(request: Request): Promise<Response> {
  return (await kept(request.url)) ?? fetch(request);
}

/** Looked up without opening: that would make anew what a newer version has dropped meanwhile. */
async function kept(address: string): Promise<Response | undefined> {
  return worker.caches.match(address, { cacheName: CACHE });
}
