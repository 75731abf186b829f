/**
 * What the browser runs: navigation by htmx, the islands with their one live connection, and the few things that
 * plain pages cannot do by themselves. A page works without any of it.
 */

import htmx from "htmx.org";
import { SECOND } from "../../protocol/units.ts";
import { defineIslands } from "../islands/element.tsx";
import { LOADERS } from "../islands/loaders.tsx";
import { Live } from "../live/live.ts";
import type { BrowserWords } from "../words/catalogues.ts";
import { browserClock, browserRandom } from "./environment.ts";
import { enhanceFailures } from "./failures.ts";
import { enhanceHotkeys } from "./hotkeys.ts";
import { enhanceInstalled } from "./installed.ts";
import type { Keys } from "./keys.ts";
import { connectEvents, pollEvents } from "./line.ts";
import { enhanceMessages } from "./messages.ts";
import { enhanceNavigation } from "./navigation.ts";
import { rememberReached } from "./reached.ts";
import { enhanceRenewal } from "./renewal.ts";
import { enhanceTimes } from "./times.ts";
import { has, whenTouched, whereNeeded } from "./where-needed.ts";
import { loadWords } from "./words.ts";

const REACHED_EVERY_MS = 10 * SECOND;

// An island renders itself from its attributes; a morph changes those and leaves its inside alone.
htmx.config.morphSkipChildren = "x-island";
htmx.config.defaultTimeout = 20_000;

/** Offered once is enough: wherever this person logs in next, they know their way. */
function endTour(): void {
  history.replaceState(history.state, "", location.pathname);
  // Goes on when the page is left meanwhile; what is lost all the same has the tour offered once more.
  fetch("/api/v1/auth/tour", { method: "PUT", keepalive: true }).catch(() => undefined);
}

/** Begins once the words of the page's language are here. */
function begin(words: BrowserWords): void {
  const changed = () => void document.body.dispatchEvent(new CustomEvent("homepot:changed"));
  const live = new Live({
    clock: browserClock,
    random: browserRandom,
    connect: connectEvents,
    poll: pollEvents,
    changed,
  });

  const offline = document.querySelector<HTMLElement>("[data-offline]");
  const reached = () => rememberReached(browserClock.nowMs());
  if (offline === null) reached();
  else {
    // The page may have been asked for by its own address.
    const goBack = () => (location.pathname === "/offline" ? location.replace("/") : location.reload());
    const parts = { words: words.live, clock: browserClock, random: browserRandom, goBack };
    import("./offline.ts").then((loaded) => loaded.enhanceOffline(offline, parts), reportError);
  }

  const renew = enhanceRenewal(() => location.reload());
  defineIslands(LOADERS, live, words);
  const say = enhanceMessages({ clock: browserClock, process: (element) => htmx.process(element) });
  enhanceNavigation(browserClock);
  enhanceFailures(say);
  // In a turn of its own: the first time of a document takes a phone as long as all the rest here.
  browserClock.after(0, () => enhanceTimes(() => live.nowMs(), words));
  let keys: Keys | null = null;
  const loadKeys = async () => {
    const { Keys } = await import("./keys.ts");
    keys ??= new Keys({
      clock: browserClock,
      storage: localStorage,
      process: (element) => htmx.process(element),
    });
    return keys;
  };
  enhanceHotkeys(loadKeys);
  whenTouched(loadKeys);
  whenTouched(() => import("./theme.ts").then(({ enhanceTheme }) => enhanceTheme()));
  whereNeeded(
    () => has("[data-pick]"),
    () => import("./picking.ts").then(({ enhancePicking }) => enhancePicking()),
  );
  whereNeeded(
    () => has("[data-more]"),
    () => import("./endless.ts").then(({ enhanceEndless }) => enhanceEndless()),
  );
  whereNeeded(
    () => has("[data-copy]"),
    () => import("./copying.ts").then(({ enhanceCopying }) => enhanceCopying(say)),
  );
  whereNeeded(
    () => has("form[data-draft]") || Object.keys(sessionStorage).some((key) => key.startsWith("draft:")),
    () => import("./drafts.ts").then(({ Drafts }) => new Drafts(sessionStorage)),
  );
  whereNeeded(
    () => has("[data-queue]"),
    () => import("./queue.ts").then(({ enhanceQueue }) => enhanceQueue()),
  );
  whereNeeded(
    () => has("form[data-check]"),
    () => import("./checks.ts").then(({ enhanceChecks }) => enhanceChecks(browserClock)),
  );
  whereNeeded(
    () => has("[data-find]"),
    () => import("./finding.ts").then(({ enhanceFinding }) => enhanceFinding(browserClock)),
  );
  whereNeeded(
    () => has("form[data-upload]"),
    () =>
      import("./upload.ts").then(({ enhanceUploads }) =>
        enhanceUploads({
          nowMs: browserClock.nowMs,
          request: () => new XMLHttpRequest(),
          go: (address) => location.assign(address),
        }),
      ),
  );
  whereNeeded(
    () => has("[data-push]"),
    () =>
      import("./push-subscription.ts").then(({ enhancePushSubscription }) =>
        enhancePushSubscription({ say, changed }),
      ),
  );
  whereNeeded(
    () => has("[data-full-screen], main.wall"),
    () => import("./wall.ts").then(({ WallScreen }) => new WallScreen()),
  );
  whereNeeded(
    () => has("[data-tour]"),
    () => import("./tour.ts").then(({ Tour }) => new Tour(endTour)),
  );
  const lookForNewVersion = enhanceInstalled();

  /** A live connection is for who is logged in: their pages have the indicator. */
  function followPage(): void {
    const wanted = document.querySelector('x-island[name="connection"]') !== null;
    if (wanted && live.connection.value.kind !== "ended") live.start(document.body.dataset.after ?? null);
    else live.stop();
  }
  followPage();
  document.addEventListener("htmx:after:swap", followPage);
  // Who logs out is led on by the answer to that, and not by the line, which ends at the same time.
  let leaves = false;
  document.addEventListener("submit", ({ target }) => {
    leaves ||= (target as Element).matches('[action="/logout"]');
  });
  live.connection.hear(({ kind }) => {
    if (kind !== "ended" || leaves) return;
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
  live.missed.hear(lookForNewVersion);
  live.missed.hear(renew);
}

loadWords(document.documentElement.lang).then(begin, reportError);
