import { until } from "./program.ts";
import { type AnyBrowser, faultsAmong, type Tab } from "./tab.ts";

/** For whatever a page needs on a busy machine. */
const PATIENCE_MS = 30_000;
/** More stops than any page has. */
const STOPS_MAX = 200;

type Kind = "button" | "link" | "field";
interface Wanted {
  kind: Kind;
  name: string;
}

/**
 * Somebody at a browser, who sees names and does things to what has them: with a pointer, or by the keyboard alone, which
 * reaches a thing only by going from stop to stop.
 */
export class Seat {
  readonly tab: Tab;
  readonly #complaints: string[];
  readonly #size: (width: number, height: number) => Promise<void>;
  readonly #origin: string;
  readonly #byKeyboard: boolean;

  private constructor(opened: Awaited<ReturnType<AnyBrowser["open"]>>, origin: string, byKeyboard: boolean) {
    this.tab = opened.tab;
    this.#complaints = opened.complaints;
    this.#size = opened.size;
    this.#origin = origin;
    this.#byKeyboard = byKeyboard;
  }

  static async take(browser: AnyBrowser, origin: string, { byKeyboard = false } = {}): Promise<Seat> {
    return new Seat(await browser.open(), origin, byKeyboard);
  }

  /** Errors of scripts. */
  faults(): Promise<string[]> {
    return faultsAmong(this.#complaints);
  }

  /** Types an address. */
  async open(path: string): Promise<void> {
    await this.tab.goto(`${this.#origin}${path}`);
  }

  /** As the page has it: a driver need not hear of an address that a script sets. */
  path(): Promise<string> {
    return this.tab.evaluate(() => location.pathname + location.search, null);
  }

  async at(path: string | RegExp): Promise<void> {
    const is = (now: string) => (typeof path === "string" ? now === path : path.test(now));
    await until(`the page ${path}`, async () => is(await this.path()), PATIENCE_MS);
  }

  /** Has a window of this size, in pixels. */
  async size(width: number, height: number): Promise<void> {
    await this.#size(width, height);
    const isSo = () => this.tab.evaluate((wanted) => window.innerWidth === wanted, width);
    await until(`${width} px of width`, isSo, PATIENCE_MS);
  }

  /** Back, or forward, by so many steps. */
  go(steps: number): Promise<void> {
    return this.tab.evaluate((by) => history.go(by), steps);
  }

  /** Waits until the page shows this. */
  async sees(text: string): Promise<void> {
    await until(`"${text}"`, async () => (await this.#text()).includes(text), PATIENCE_MS);
  }

  /** Waits until something is there that this selector finds. */
  async finds(selector: string): Promise<void> {
    const look = () => this.tab.evaluate((wanted) => document.querySelector(wanted) !== null, selector);
    await until(selector, look, PATIENCE_MS);
  }

  /** What the page says in this place, as soon as it does. */
  reads(pattern: RegExp): Promise<string> {
    const look = async () => pattern.exec(await this.#text())?.[0];
    return until(String(pattern), look, PATIENCE_MS);
  }

  press(name: string): Promise<void> {
    return this.#do({ kind: "button", name }, "Enter");
  }

  follow(name: string): Promise<void> {
    return this.#do({ kind: "link", name }, "Enter");
  }

  tick(name: string): Promise<void> {
    return this.#do({ kind: "field", name }, "Space");
  }

  async fill(name: string, text: string): Promise<void> {
    await this.#do({ kind: "field", name }, null);
    await this.tab.evaluate(() => (document.activeElement as HTMLInputElement).select(), null);
    await this.tab.keyboard.type(text);
  }

  /** Takes the radio button by this name in the group where `from` is taken. */
  async take(name: string, from: string): Promise<void> {
    if (!this.#byKeyboard) return this.tick(name);
    await this.#reach({ kind: "field", name: from });
    for (let step = 0; step < STOPS_MAX; step += 1) {
      if ((await this.#find({ kind: "field", name }, "focused")) !== null) return;
      await this.tab.keyboard.press("ArrowDown");
    }
    throw new Error(`arrows lead from ${from} to no ${name}`);
  }

  /** Chooses an option by what it says, as both pointer and keyboard may: by typing it. */
  async choose(name: string, option: string): Promise<void> {
    if (this.#byKeyboard) await this.#reach({ kind: "field", name });
    else
      await until(
        `the field "${name}"`,
        () => this.#find({ kind: "field", name }, "given focus"),
        PATIENCE_MS,
      );
    await this.tab.keyboard.type(option);
    const chosen = () => {
      const select = document.activeElement as HTMLSelectElement | null;
      return select?.selectedOptions?.[0]?.textContent?.trim();
    };
    await until(
      `${option} chosen`,
      async () => (await this.tab.evaluate(chosen, null)) === option,
      PATIENCE_MS,
    );
  }

  async #do(wanted: Wanted, key: "Enter" | "Space" | null): Promise<void> {
    await this.tab.bringToFront();
    if (this.#byKeyboard) {
      await this.#reach(wanted);
      if (key !== null) await this.tab.keyboard.press(key);
      return;
    }
    await until(
      `the ${wanted.kind} "${wanted.name}"`,
      async () => {
        const place = await this.#find(wanted, "in reach");
        if (place !== null) await this.tab.mouse.click(place.x, place.y);
        return place !== null;
      },
      PATIENCE_MS,
    );
  }

  /** From stop to stop until it is there: a stop that nothing leads to is not reached. */
  async #reach(wanted: Wanted): Promise<void> {
    const what = `the ${wanted.kind} "${wanted.name}"`;
    await until(what, () => this.#find(wanted, "there"), PATIENCE_MS);
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      if ((await this.#find(wanted, "focused")) !== null) return;
      await this.tab.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach ${what}`);
  }

  #find(wanted: Wanted, be: Parameters<typeof find>[0]["be"]): Promise<{ x: number; y: number } | null> {
    return this.tab.evaluate(find, { ...wanted, be });
  }

  #text(): Promise<string> {
    // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not seen
    return this.tab.evaluate(() => document.body.innerText, null);
  }
}

/**
 * Runs in the page: where the first thing in sight is of this kind and name, by its label or by what it says; null when
 * there is none. `be` asks for it only where it has the focus, gives it that, or scrolls to it and asks whether a pointer
 * would meet it there.
 */
function find({ kind, name, be }: Wanted & { be: "there" | "in reach" | "focused" | "given focus" }) {
  const textOf = (of: Element) => (of.textContent ?? "").replace(/\s+/g, " ").trim();
  const namesOf = (element: HTMLElement): string[] => {
    const label = element.getAttribute("aria-label");
    if (label !== null) return [label];
    const labels = [...((element as HTMLInputElement).labels ?? [])];
    return kind === "field" ? labels.map(textOf) : [textOf(element)];
  };
  const selector = { button: "button, summary", link: "a[href]", field: "input, select, textarea" }[kind];
  const seen = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    (element) => element.getClientRects().length > 0 && element.checkVisibility({ visibilityProperty: true }),
  );
  // What explains a choice stands in its label too, after its name.
  const begins = (element: HTMLElement) =>
    kind === "field" && namesOf(element).some((one) => one.startsWith(name));
  const found = seen.find((element) => namesOf(element).includes(name)) ?? seen.find(begins) ?? null;
  if (found === null || (be === "focused" && found !== document.activeElement)) return null;
  if (be === "given focus") found.focus();
  if (be === "in reach") found.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = found.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const met = document.elementFromPoint(x, y);
  if (be === "in reach" && !found.contains(met) && met?.closest("label")?.control !== found) return null;
  return { x, y };
}
