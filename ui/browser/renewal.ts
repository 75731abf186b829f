import type { Clock } from "../../protocol/clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { ConnectionKind } from "../live/live.ts";
import { type HtmxRequest, isNavigation } from "./navigation.ts";

/** Told of what a document needs and does not get: browsers keep that code did not come, for as long as it lives. */
export const UNFINISHED = "homepot:unfinished";
/** A document that is still unfinished when it was loaded again is not helped by that. */
const AGAIN_AFTER_MS = MINUTE;
const KEY = "renewed";

interface RenewalParts {
  /** Where events arrive: the document. */
  page: EventTarget;
  clock: Pick<Clock, "nowMs">;
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Loads a whole page in place of this one. */
  assign(address: string): void;
  /** Loads the page of this address anew. */
  reload(): void;
}

/**
 * When this document does no longer: a newer version of the cloud is at work, its code was cut off on the way, or a step
 * back found no page and left the one before under another's address. The next change of page is then of the whole
 * document; and where something is missing that the line broke off, the page is loaded anew when it is back, unless
 * somebody has typed into it.
 */
export class Renewal {
  readonly #parts: RenewalParts;
  #isOld = false;
  #unfinished = false;
  #kind: ConnectionKind = "connecting";

  constructor(parts: RenewalParts) {
    this.#parts = parts;
    parts.page.addEventListener(UNFINISHED, () => {
      this.#unfinished = true;
    });
    parts.page.addEventListener("htmx:before:request", (event) => {
      const { ctx } = (event as CustomEvent<{ ctx: HtmxRequest & { request: { action: string } } }>).detail;
      // While the line is down, a page that cannot be had must not take the place of the one that is there.
      const due = this.#isOld || (this.#unfinished && isUp(this.#kind));
      if (!due || ctx.request.method !== "GET" || !isNavigation(ctx)) return;
      event.preventDefault();
      parts.assign(ctx.request.action);
    });
  }

  /** A newer version is at work. */
  outdated(): void {
    this.#isOld = true;
  }

  /** How the line is now. */
  follow(kind: ConnectionKind): void {
    const isBack = isUp(kind) && !isUp(this.#kind) && this.#kind !== "connecting";
    this.#kind = kind;
    if (!isBack || !this.#unfinished || isTypedInto()) return;
    const { clock, storage, reload } = this.#parts;
    const nowMs = clock.nowMs();
    if (nowMs - Number(storage.getItem(KEY)) < AGAIN_AFTER_MS) return;
    storage.setItem(KEY, String(nowMs));
    reload();
  }
}

const isUp = (kind: ConnectionKind): boolean => kind === "live" || kind === "polling";

function isTypedInto(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input,textarea");
  return [...fields].some((field) => field.value !== field.defaultValue);
}
