/**
 * What the browser runs: navigation by htmx, the islands with their one live connection, and the few things that
 * plain pages cannot do by themselves. A page works without any of it.
 */

import { effect } from "@preact/signals";
import htmx from "htmx.org";
import { defineIslands } from "../islands/element.tsx";
import { LOADERS } from "../islands/loaders.tsx";
import { Live } from "../live/live.ts";
import { enhanceCopying } from "./copying.ts";
import { browserClock, browserRandom } from "./environment.ts";
import { enhanceHotkeys } from "./hotkeys.ts";
import { connectEvents, probeCloud } from "./line.ts";
import { enhanceNavigation } from "./navigation.ts";
import { enhanceTheme } from "./theme.ts";
import { enhanceTimes } from "./times.ts";

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

defineIslands(LOADERS, live);
enhanceNavigation();
enhanceTimes(() => live.nowMs());
enhanceCopying();
enhanceHotkeys();
enhanceTheme();

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
