import { backoffDelayMs } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import { themeOf } from "../layout/frame.ts";
import type { LiveWords } from "../words/english/live.ts";
import { lastReachedMs } from "./reached.ts";

const RETRY = { firstMs: 2 * SECOND, maxMs: 20 * SECOND };
const PROBE_TIMEOUT_MS = 8 * SECOND;

interface OfflineParts {
  words: LiveWords;
  clock: Clock;
  random: Random;
  /** Loads the page that was wanted. */
  goBack(): void;
}

/**
 * On the page that is shown while the cloud cannot be reached: says since when, asks again and again whether it is back,
 * and then goes to the page that was wanted.
 */
export function enhanceOffline(page: HTMLElement, parts: OfflineParts): void {
  tellSince(page);
  // Whose page it is was not known when it was kept; the reader's theme is in their cookie.
  const theme = themeOf(document.cookie);
  if (theme !== "system") document.documentElement.dataset.theme = theme;
  const words = page.querySelector("[data-offline-now]");
  const waiting = words?.textContent ?? "";
  let attempt = 0;
  let cancel: (() => void) | null = null;
  const ask = async (): Promise<void> => {
    cancel?.();
    cancel = null;
    const back = await isBack();
    if (back) {
      if (words !== null) words.textContent = parts.words.cloudBack;
      return parts.goBack();
    }
    if (words !== null) words.textContent = waiting;
    const delayMs = backoffDelayMs(RETRY, attempt, parts.random);
    attempt += 1;
    cancel ??= parts.clock.after(delayMs, () => void ask());
  };
  page.querySelector("[data-offline-try]")?.addEventListener("click", () => {
    if (words !== null) words.textContent = parts.words.trying;
    void ask();
  });
  window.addEventListener("online", () => void ask());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void ask();
  });
  void ask();
}

function tellSince(page: HTMLElement): void {
  const reachedMs = lastReachedMs();
  const since = page.querySelector<HTMLElement>("[data-offline-since]");
  const time = since?.querySelector("time");
  if (reachedMs === 0 || since == null || time == null) return;
  time.dateTime = new Date(reachedMs).toISOString();
  time.dataset.ago = "";
  since.hidden = false;
  document.dispatchEvent(new CustomEvent("homepot:part"));
}

async function isBack(): Promise<boolean> {
  try {
    const answer = await fetch("/healthz", {
      cache: "no-store",
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
