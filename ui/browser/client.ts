/**
 * What the browser runs: navigation by htmx, the islands with their one live connection, and the few things that
 * plain pages cannot do by themselves. A page works without any of it.
 */

import { effect } from "@preact/signals";
import htmx from "htmx.org";
import { SECOND } from "../../protocol/units.ts";
import { defineIslands } from "../islands/element.tsx";
import { LOADERS } from "../islands/loaders.tsx";
import { Live } from "../live/live.ts";
import { enhanceCopying } from "./copying.ts";
import type { Drafts } from "./drafts.ts";
import { browserClock, browserRandom } from "./environment.ts";
import { enhanceFailures } from "./failures.ts";
import { enhanceHotkeys } from "./hotkeys.ts";
import { enhanceInstalled } from "./installed.ts";
import { connectEvents, probeCloud } from "./line.ts";
import { enhanceMessages } from "./messages.ts";
import { enhanceNavigation } from "./navigation.ts";
import { enhanceOffline, rememberReached } from "./offline.ts";
import { enhanceTheme } from "./theme.ts";
import { enhanceTimes } from "./times.ts";

const REACHED_EVERY_MS = 10 * SECOND;

// An island renders itself from its attributes; a morph changes those and leaves its inside alone.
htmx.config.morphSkipChildren = "x-island";
htmx.config.defaultTimeout = 20_000;

const live = new Live({
  clock: browserClock,
  random: browserRandom,
  connect: connectEvents,
  probe: probeCloud,
  changed: () => document.body.dispatchEvent(new CustomEvent("homepot:changed")),
});

const isOffline = enhanceOffline({
  clock: browserClock,
  random: browserRandom,
  // The page may have been asked for by its own address.
  goBack: () => (location.pathname === "/offline" ? location.replace("/") : location.reload()),
});
const reached = () => rememberReached(browserClock.nowMs());
if (!isOffline) reached();

defineIslands(LOADERS, live);
const say = enhanceMessages({ clock: browserClock, process: (element) => htmx.process(element) });
enhanceNavigation();
enhanceFailures(say);
enhanceTimes(() => live.nowMs());
enhanceCopying(say);
enhanceHotkeys();
enhanceTheme();
const lookForNewVersion = enhanceInstalled();

/** What is typed is kept where a form asks for it; the code for that comes with the first such form. */
let drafts: Promise<Drafts> | null = null;
function followDrafts(): void {
  if (drafts === null && document.querySelector("form[data-draft]") === null) return;
  drafts ??= import("./drafts.ts").then((loaded) => new loaded.Drafts(sessionStorage));
  drafts.then((all) => all.adopt(), reportError);
}
followDrafts();
document.addEventListener("htmx:after:swap", followDrafts);

/** A live connection is for who is logged in: their pages have the indicator. */
function followPage(): void {
  const wanted = document.querySelector('x-island[name="connection"]') !== null;
  if (wanted && live.connection.value.kind !== "ended") live.start();
  else live.stop();
}
followPage();
document.addEventListener("htmx:after:swap", followPage);
effect(() => {
  if (live.connection.value.kind !== "ended") return;
  location.assign(`/login?next=${encodeURIComponent(`${location.pathname}${location.search}`)}`);
});
window.addEventListener("online", () => live.hurry());
window.addEventListener("offline", () => live.unreached());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) live.hurry();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") live.hurry();
});
setInterval(() => {
  if (live.connection.value.kind === "live") reached();
}, REACHED_EVERY_MS);
// The line was down and is back: that is how a new version of the cloud comes.
effect(() => {
  if (live.missed.value > 0) lookForNewVersion();
});
