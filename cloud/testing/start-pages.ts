import { getLogger } from "@logtape/logtape";
import type { Hono } from "hono";
import type { Assets } from "../../ui/assets.ts";
import { createApp } from "../app.ts";
import type { AppEnv } from "../http/env.ts";
import { createPages } from "../pages.ts";
import {
  ORIGIN,
  PASSWORD,
  type Person,
  startCloud,
  type TestCloud,
  type TestCloudOptions,
} from "./start-cloud.ts";

/** Built files of the dashboard that need no build. */
export const fakeAssets: Assets = {
  entry: {
    style: "/assets/app-00000000.css",
    script: "/assets/client-00000000.js",
    words: { en: "/assets/in-browser-00000000.js", de: "/assets/in-browser-00000001.js" },
  },
  get: (path) =>
    path === "app-00000000.css" || path === "icon.svg"
      ? {
          body: new Blob(["content of it"]),
          type: path.endsWith("css") ? "text/css" : "image/svg+xml",
          packed: { br: new Blob(["packed with br"]), gzip: new Blob(["packed with gzip"]) },
        }
      : null,
};

/** A control plane with its dashboard, and a browser without a screen that is logged in or not. */
export interface TestPages extends AsyncDisposable {
  cloud: TestCloud;
  app: Hono<AppEnv>;
  /** Opens a page as the owner; as nobody with null. */
  open(path: string, as?: Person | null, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form as the owner; as nobody with null. */
  send(
    path: string,
    form: Record<string, string> | URLSearchParams,
    as?: Person | null,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** The page that a form's answer leads to, with what the answer left for it. */
  follow(answer: Response, as?: Person): Promise<string>;
}

export async function startPages(
  options: TestCloudOptions & { loadAssets?: () => Promise<Assets> } = {},
): Promise<TestPages> {
  const cloud = await startCloud(options);
  const nowMs = () => cloud.clock.nowMs();
  const app = createApp({
    ...cloud.cloud,
    log: getLogger(["test"]),
    version: "0.0.0-test",
    publicOrigin: ORIGIN,
    corsOrigins: [],
    nowMs,
    randomBytes: (length) => cloud.random.bytes(length),
    pages: createPages(cloud.cloud, {
      nowMs,
      publicOrigin: ORIGIN,
      loadAssets: options.loadAssets ?? (async () => fakeAssets),
    }),
  });
  const cookies = new Map<Person, string>();
  const cookieOf = async (person: Person): Promise<string> => {
    const known = cookies.get(person);
    if (known !== undefined) return known;
    const body = new URLSearchParams({ email: person.email, password: PASSWORD });
    const entered = await app.request(`${ORIGIN}/login`, { method: "POST", body });
    const cookie = entered.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    cookies.set(person, cookie);
    return cookie;
  };
  const headersOf = async (as: Person | null): Promise<Record<string, string>> =>
    as === null ? {} : { cookie: await cookieOf(as) };

  const open: TestPages["open"] = async (path, as = cloud.owner, headers = {}) =>
    app.request(`${ORIGIN}${path}`, { headers: { ...(await headersOf(as)), ...headers } });

  return {
    cloud,
    app,
    open,
    async follow(answer, as = cloud.owner) {
      const left = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
      const cookie = [await cookieOf(as), ...left].join("; ");
      return (await open(answer.headers.get("location") ?? "", null, { cookie })).text();
    },
    async send(path, form, as = cloud.owner, more = {}) {
      const headers = { ...(await headersOf(as)), origin: ORIGIN, ...more };
      return app.request(`${ORIGIN}${path}`, { method: "POST", body: new URLSearchParams(form), headers });
    },
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
