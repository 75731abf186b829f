import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { wordsOf } from "../words/catalogues.ts";
import { enhanceCopying } from "./copying.ts";
import { browserClock, browserRandom } from "./environment.ts";
import { enhanceHotkeys } from "./hotkeys.ts";
import type { Keys } from "./keys.ts";
import { connectEvents, pollEvents } from "./line.ts";
import { enhanceNavigation } from "./navigation.ts";
import { enhanceTheme } from "./theme.ts";
import { enhanceTimes } from "./times.ts";

const words = wordsOf("en");

const NOW = Date.UTC(2026, 10, 23, 14, 5, 12);
const clock = new ManualClock();
let written: string[] = [];
let mayWrite = true;
let said: string[] = [];
let pressed: string[] = [];
let opened: Promise<void> | null = null;
function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>("[type=search]");
  field?.focus();
  field?.select();
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const swapped = () => document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: {} }));

beforeAll(() => {
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: {
      writeText: async (text: string) => {
        if (!mayWrite) throw new DOMException("no", "NotAllowedError");
        written.push(text);
      },
    },
  });
  const say = ({ text }: { text: string }) => void said.push(text);
  const copying = enhanceCopying(say);
  document.addEventListener("htmx:after:swap", () => copying.adopt());
  enhanceHotkeys(
    async () =>
      ({
        async press(key: string) {
          pressed.push(key);
          await opened;
          if (key === "/") focusSearch();
        },
      }) as Keys,
  );
  enhanceNavigation(clock);
  enhanceTheme();
  enhanceTimes(() => NOW, words);
});
afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("data-theme");
  written = [];
  said = [];
  pressed = [];
  mayWrite = true;
});

describe("copying", () => {
  const PAGE = `<button data-copy="homepot-edge run" hidden><i>copy</i></button>`;

  test("a copy button appears where copying works, and copies what it stands beside", async () => {
    document.body.innerHTML = PAGE;
    swapped();
    const button = document.querySelector("button")!;
    expect(button.hidden).toBe(false);
    button.querySelector("i")!.click();
    await turn();
    expect(written).toEqual(["homepot-edge run"]);
    expect(said).toEqual(["copied"]);
    expect(button.dataset.copied).toBe("");
  });

  test("says what to do when the browser does not allow it", async () => {
    document.body.innerHTML = PAGE;
    mayWrite = false;
    document.querySelector("button")!.click();
    await turn();
    expect(said).toEqual(["notCopied"]);
  });
});

describe("keys", () => {
  const press = async (key: string, more: KeyboardEventInit = {}, at: Element = document.body) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    at.dispatchEvent(event);
    await turn();
    return event.defaultPrevented;
  };
  const page = (keys: string, more = "") => {
    document.body.innerHTML = `<div class="frame" data-keys="${keys}"><a data-palette href="/search">Search</a><input><input type="checkbox">${more}</div>`;
  };

  test("are ours while nothing is typed and nothing is open", async () => {
    page("on");
    expect([await press("j"), await press("/"), await press("?"), await press("Escape")]).toEqual([
      ...[true, true, true, false],
    ]);
    await press("x", {}, document.querySelector("[type=checkbox]")!);
    expect(pressed).toEqual(["j", "/", "?", "Escape", "x"]);
    pressed = [];
    await press("j", {}, document.querySelector("input")!);
    for (const more of [{ altKey: true }, { ctrlKey: true }, { metaKey: true }, { isComposing: true }])
      await press("j", more);
    for (const key of ["F8", "Tab", "J", "Enter"]) await press(key);
    page("on", "<dialog open></dialog>");
    await press("j");
    document.body.innerHTML = "";
    await press("j");
    expect(pressed).toEqual([]);
  });

  test("what is typed before the field is there is typed into it, and is no shortcut", async () => {
    page("on", `<input type="search" value="old">`);
    const { promise, resolve } = Promise.withResolvers<void>();
    opened = promise;
    await press("/");
    expect([await press("g"), await press(" "), await press("S"), await press("Tab")]).toEqual([
      ...[true, true, true, false],
    ]);
    const heard: string[] = [];
    const field = document.querySelector<HTMLInputElement>("[type=search]")!;
    field.addEventListener("input", () => heard.push(field.value));
    resolve();
    opened = null;
    await turn();
    expect([pressed, heard]).toEqual([["/"], ["g S"]]);
    await press("j");
    expect(pressed).toEqual(["/", "j"]);
  });

  test("single ones can be switched off; Ctrl K, which is two, goes on, and works while one types", async () => {
    page("off");
    expect([await press("j"), await press("?")]).toEqual([false, false]);
    const field = document.querySelector("input")!;
    expect(await press("k", { ctrlKey: true }, field)).toBe(true);
    expect(await press("K", { metaKey: true })).toBe(true);
    expect(pressed).toEqual(["mod+k", "mod+k"]);
  });

  test("the control in the top bar opens the palette; a new tab is the page", async () => {
    page("off");
    const link = document.querySelector<HTMLElement>("[data-palette]")!;
    const click = (more: MouseEventInit) => {
      const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...more });
      return !link.dispatchEvent(event);
    };
    expect(click({})).toBe(true);
    await turn();
    expect(pressed).toEqual(["mod+k"]);
    document.addEventListener("click", (event) => event.preventDefault(), { once: true });
    click({ ctrlKey: true });
    await turn();
    expect(pressed).toEqual(["mod+k"]);
  });
});

describe("navigation", () => {
  test("empty filters have no place in the address", () => {
    const body = new FormData();
    body.set("q", "till");
    body.set("health", "");
    const ctx = { request: { method: "GET", body } };
    document.dispatchEvent(new CustomEvent("htmx:config:request", { detail: { ctx } }));
    expect([...body.keys()]).toEqual(["q"]);
    const post = new FormData();
    post.set("address", "");
    const other = { request: { method: "POST", body: post } };
    document.dispatchEvent(new CustomEvent("htmx:config:request", { detail: { ctx: other } }));
    expect([...post.keys()]).toEqual(["address"]);
  });

  const request = (name: "before" | "finally", ctx: object) =>
    document.dispatchEvent(new CustomEvent(`htmx:${name}:request`, { detail: { ctx } }));
  const busy = (id: string) => document.getElementById(id)?.getAttribute("aria-busy") ?? null;
  const LIST = `<main id="content"><form></form><div id="results"></div><div class="live-region"></div></main>`;

  test("a page on its way is seen to be, and after 150 ms its place is a skeleton", () => {
    const loading = () => document.documentElement.classList.contains("is-loading");
    document.body.innerHTML = LIST;
    const ctx = { request: { method: "GET" }, target: document.body };
    request("before", ctx);
    clock.advance(149);
    expect([loading(), busy("content")]).toEqual([true, null]);
    clock.advance(1);
    expect(busy("content")).toBe("true");
    request("finally", ctx);
    expect([loading(), busy("content")]).toEqual([false, null]);
    request("before", ctx);
    request("finally", ctx);
    clock.advance(1_000);
    expect(busy("content")).toBe(null);
  });

  test("a list that is searched is one too; a form that is sent and a part that renews itself are not", () => {
    document.body.innerHTML = LIST;
    const [target, sourceElement] = [document.getElementById("results")!, document.querySelector("form")!];
    const search = { request: { method: "GET" }, target, sourceElement };
    request("before", search);
    clock.advance(150);
    expect(busy("results")).toBe("true");
    const part = document.querySelector(".live-region")!;
    const others = [
      { request: { method: "POST" }, target: document.body, sourceElement },
      { request: { method: "GET" }, target: part, sourceElement: part },
    ];
    for (const ctx of others) request("before", ctx);
    clock.advance(150);
    expect([busy("content"), part.getAttribute("aria-busy")]).toEqual([null, null]);
    for (const ctx of others) request("finally", ctx);
    expect(busy("results")).toBe("true");
    request("finally", search);
    expect(busy("results")).toBe(null);
  });

  test("a form that came back is no step of the history, another page is one", () => {
    const step = (path: string) => {
      const history = { type: "push", path };
      document.dispatchEvent(new CustomEvent("htmx:before:history:update", { detail: { history } }));
      return history.type;
    };
    expect(step(location.pathname + location.search)).toBe("replace");
    expect(step(`${location.pathname}?page=2`)).toBe("push");
    expect(step("/sites/1/edit")).toBe("push");
  });

  test("after a change of page the keyboard starts at the content", () => {
    document.body.innerHTML = `<main id="content" tabindex="-1"></main>`;
    const ctx = { request: { method: "GET" }, target: document.body };
    document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx } }));
    expect(document.activeElement?.id).toBe("content");
  });

  test("after a form was refused the keyboard is at the first field that is wrong", () => {
    const sent = (content: string): string | undefined => {
      document.body.innerHTML = `<main id="content" tabindex="-1">${content}</main>`;
      const ctx = { request: { method: "POST" }, target: document.body };
      document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx } }));
      return document.activeElement?.id;
    };
    expect(sent(`<input id="a"><input id="b" aria-invalid="true"><input id="c" aria-invalid="true">`)).toBe(
      "b",
    );
    expect(sent(`<fieldset aria-invalid="true"><input type="checkbox" id="box"></fieldset>`)).toBe("box");
    expect(sent(`<input id="a">`)).toBe("content");
  });
});

describe("theme", () => {
  test("changes in place, tells the server by cookie and the charts by event", () => {
    document.body.innerHTML = `<form data-theme-form><button name="theme" value="dark" aria-pressed="false">Dark</button>
      <button name="theme" value="system" aria-pressed="true">Auto</button></form>`;
    let told = 0;
    document.addEventListener("homepot:theme", () => {
      told += 1;
    });
    const [dark, system] = document.querySelectorAll("button");
    const submit = (submitter: HTMLButtonElement) => {
      const event = new SubmitEvent("submit", { submitter, bubbles: true, cancelable: true });
      document.querySelector("form")!.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(submit(dark!)).toBe(true);
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(document.cookie).toContain("theme=dark");
    expect([dark!.getAttribute("aria-pressed"), system!.getAttribute("aria-pressed")]).toEqual([
      "true",
      "false",
    ]);
    submit(system!);
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(told).toBe(2);
  });
});

describe("times", () => {
  test("relative ones stay true, with the absolute one beside; walls have their own", () => {
    const at = new Date(NOW - 90_000).toISOString();
    document.body.innerHTML = `<time datetime="${at}" data-ago="">just now</time><time datetime="${at}" data-ago="lasting">0 s</time><time data-zone="Europe/Berlin"></time>`;
    swapped();
    const [ago, lasting, wall] = document.querySelectorAll("time");
    expect(ago?.textContent).toBe("1 min ago");
    expect(ago?.title).toContain("2026");
    expect(lasting?.textContent).toBe("1 min");
    expect(wall?.textContent).toBe("15:05");
  });
});

describe("the browser's own", () => {
  test("clock and randomness are what they say", async () => {
    expect(Math.abs(browserClock.nowMs() - Date.now())).toBeLessThan(1_000);
    expect(browserClock.monotonicMs()).toBeGreaterThan(0);
    let fired = 0;
    const fire = () => {
      fired += 1;
    };
    browserClock.after(0, fire)();
    browserClock.after(0, fire);
    await turn();
    await turn();
    expect(fired).toBe(1);
    expect(browserRandom.bytes(8)).toHaveLength(8);
    expect(browserRandom.next()).toBeLessThan(1);
  });

  test("the cloud has news, knows us no more, or is out of reach", async () => {
    const realFetch = globalThis.fetch;
    const asked: string[] = [];
    const polled = async (answer: () => Promise<Response>, holds = false) => {
      globalThis.fetch = ((url: URL) => {
        asked.push(`${url.pathname}${url.search}`);
        return answer();
      }) as unknown as typeof fetch;
      const outcome = await pollEvents(
        { after: "e:1", watch: ["d1", "d2"] },
        holds,
        new AbortController().signal,
      );
      globalThis.fetch = realFetch;
      return outcome;
    };
    const events = [{ type: "heartbeat" as const, now: 1 }];
    expect(await polled(async () => Response.json({ events }))).toEqual({ kind: "polled", events });
    expect(await polled(async () => new Response(null, { status: 401 }), true)).toEqual({ kind: "refused" });
    expect(await polled(async () => new Response(null, { status: 503 }))).toEqual({ kind: "unreached" });
    expect(await polled(() => Promise.reject(new TypeError("network")))).toEqual({ kind: "unreached" });
    expect(asked.slice(0, 2)).toEqual([
      "/api/v1/events/poll?after=e%3A1&watch=d1%2Cd2&hold=0",
      "/api/v1/events/poll?after=e%3A1&watch=d1%2Cd2&hold=20",
    ]);
  });

  test("a closed line is told at once, though the socket takes its time", () => {
    const realSocket = globalThis.WebSocket;
    const listeners = new Map<string, (event: { data?: unknown }) => void>();
    const urls: string[] = [];
    class FakeSocket {
      static readonly OPEN = 1;
      readyState = 0;
      constructor(url: URL) {
        urls.push(url.href);
      }
      addEventListener(name: string, listener: (event: { data?: unknown }) => void) {
        listeners.set(name, listener);
      }
      send(text: string) {
        written.push(text);
      }
      close() {}
    }
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
    const heard: string[] = [];
    let closed = 0;
    const socket = connectEvents(
      { after: null, watch: [] },
      {
        message: (text) => heard.push(text),
        closed: () => {
          closed += 1;
        },
      },
    );
    globalThis.WebSocket = realSocket;
    expect(urls).toEqual(["ws://localhost:4173/api/v1/events"]);
    listeners.get("message")?.({ data: "{}" });
    listeners.get("message")?.({ data: new Uint8Array() });
    expect(heard).toEqual(["{}"]);
    socket.send("before it is open");
    expect(written).toEqual([]);
    socket.close();
    expect(closed).toBe(1);
  });
});
