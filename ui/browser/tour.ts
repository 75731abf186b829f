const GAP = 12;
/** Below this width steps stand above the bar at the thumb's end, wherever they point. */
const PHONE_MAX = 720;

interface Step {
  element: HTMLElement;
  /** What it points at; null for the welcome. */
  target: Element | null;
}

/**
 * Opens the steps of the tour that the page has, one after the other: those whose place is seen. Arrow keys go on and
 * back, Escape ends it. Its end, however it comes, is told to the server, which then offers it no more.
 */
export class Tour {
  readonly #ended: () => void;
  #host: HTMLElement | null = null;
  #steps: Step[] = [];
  #at = 0;

  constructor(ended: () => void) {
    this.#ended = ended;
    document.addEventListener("click", (event) => {
      const go = (event.target as Element | null)?.closest<HTMLElement>("[data-tour-go]")?.dataset.tourGo;
      if (go === "next") this.#go(1);
      else if (go === "back") this.#back();
      else if (go === "end") this.#end();
    });
    document.addEventListener("keydown", (event) => this.#hearKey(event));
    for (const move of ["resize", "scroll"]) window.addEventListener(move, () => this.#place(), true);
  }

  adopt(): void {
    const host = document.querySelector<HTMLElement>("[data-tour]");
    if (host === this.#host) return;
    this.#host = host;
    this.#steps = [...(host?.querySelectorAll<HTMLElement>("[data-tour-at]") ?? [])]
      .map((element) => ({ element, target: targetOf(element.dataset.tourAt ?? "") }))
      .filter(({ element, target }) => target !== null || element.dataset.tourAt === "");
    if (this.#steps.length < 2) return;
    // Who asked for it needs no welcome, and has the keyboard in it; who did not is only offered it.
    this.#at = host?.dataset.tour === "once" ? 1 : 0;
    this.#show(this.#at > 0);
  }

  #go(by: 1 | -1): void {
    if (this.#at + by >= this.#steps.length) this.#end();
    else {
      this.#hide();
      this.#at += by;
      this.#show(true);
    }
  }

  /** The welcome is no place to come back to. */
  #back(): void {
    if (this.#at > 1) this.#go(-1);
  }

  #show(takesFocus: boolean): void {
    const { element, target } = this.#steps[this.#at]!;
    const count = element.querySelector<HTMLElement>("[data-tour-count]");
    if (count !== null) {
      const words = this.#at === 0 ? "" : (count.dataset.tourCount ?? "");
      count.textContent = words
        .replace("{step}", String(this.#at))
        .replace("{steps}", String(this.#steps.length - 1));
    }
    const next = element.querySelector<HTMLElement>('[data-tour-go="next"]');
    if (this.#at === this.#steps.length - 1 && next?.dataset.tourDone !== undefined)
      next.textContent = next.dataset.tourDone;
    target?.classList.add("tour-target");
    target?.scrollIntoView({ block: "nearest" });
    element.showPopover();
    this.#place();
    if (takesFocus) next?.focus({ preventScroll: true });
  }

  #hide(): void {
    const step = this.#steps[this.#at];
    step?.target?.classList.remove("tour-target");
    step?.element.hidePopover();
  }

  /** Below what it points at, or above where there is no room. */
  #place(): void {
    const step = this.#steps[this.#at];
    if (step?.target == null || window.innerWidth <= PHONE_MAX) return;
    const at = step.target.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = step.element;
    const below = at.bottom + GAP;
    const top = below + height + GAP <= window.innerHeight ? below : at.top - GAP - height;
    style.inset = "auto";
    style.left = `${clamp(at.left, window.innerWidth - width - GAP)}px`;
    style.top = `${clamp(top, window.innerHeight - height - GAP)}px`;
  }

  #end(): void {
    this.#hide();
    this.#steps = [];
    this.#host?.remove();
    this.#ended();
    document.getElementById("content")?.focus({ preventScroll: true });
  }

  #hearKey(event: KeyboardEvent): void {
    const step = this.#steps[this.#at];
    if (step === undefined || !step.element.contains(document.activeElement)) return;
    if (event.key === "Escape") this.#end();
    else if (event.key === "ArrowRight") this.#go(1);
    else if (event.key === "ArrowLeft") this.#back();
    else return;
    event.preventDefault();
  }
}

const clamp = (at: number, most: number): number => Math.max(GAP, Math.min(at, most));

/** The first of these that is seen. */
function targetOf(selector: string): Element | null {
  if (selector === "") return null;
  return [...document.querySelectorAll(selector)].find((found) => found.getClientRects().length > 0) ?? null;
}
