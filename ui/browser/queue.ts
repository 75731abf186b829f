import type { QueueWords } from "../words/english/jobs.ts";

/** What is being moved: by a pointer, or by the keyboard until it is put down. */
interface Held {
  item: HTMLElement;
  /** The order in which it was taken up. */
  before: HTMLElement[];
  by: "pointer" | "keyboard";
}

/**
 * Moves what waits in a list marked `data-queue` to another place: dragged by its handle, by the keyboard (Space takes it up and
 * puts it down, the arrows move it, Escape puts it back), or a step at a time by its two buttons, which without script are
 * forms. What happens is said in the list's words to those who do not see it, and sent to the API when it is put down.
 */
export function enhanceQueue(): { adopt(): void } {
  let held: Held | null = null;

  const take = (item: HTMLElement, by: Held["by"]) => {
    held = { item, by, before: itemsOf(listOf(item)) };
    item.dataset.held = by;
    handleOf(item)?.setAttribute("aria-pressed", "true");
    if (by === "keyboard") tell(item, "taken");
  };
  const drop = (keep: boolean) => {
    if (held === null) return;
    const { item, before } = held;
    held = null;
    delete item.dataset.held;
    handleOf(item)?.setAttribute("aria-pressed", "false");
    if (keep) return void send(item, before);
    listOf(item).append(...before);
    handleOf(item)?.focus();
    tell(item, "back");
  };

  document.addEventListener("keydown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>("[data-queue] [data-handle]");
    if (handle === null) return;
    const item = itemOf(handle);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") {
      if (held === null) take(item, "keyboard");
      else drop(true);
    } else if (held?.item === item && step !== undefined) {
      moveTo(item, itemsOf(listOf(item)).indexOf(item) + step);
      handle.focus();
      tell(item, "moved");
    } else if (held !== null && event.key === "Escape") drop(false);
    else return;
    event.preventDefault();
  });
  // Whoever leaves a handle with something in hand has changed their mind.
  document.addEventListener("focusout", ({ target }) => {
    const inHand = held?.by === "keyboard" && (target as Element).matches("[data-handle]");
    if (inHand && held?.item.isConnected === true && !held.item.contains(document.activeElement)) {
      queueMicrotask(() => {
        if (held !== null && !held.item.contains(document.activeElement)) drop(true);
      });
    }
  });

  document.addEventListener("pointerdown", (event) => {
    const handle = (event.target as Element).closest<HTMLElement>("[data-queue] [data-handle]");
    if (handle === null || event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    take(itemOf(handle), "pointer");
  });
  document.addEventListener("pointermove", ({ clientY }) => {
    if (held?.by !== "pointer") return;
    const { item } = held;
    const others = itemsOf(listOf(item)).filter((other) => other !== item);
    const place = others.filter((other) => middleOf(other) < clientY).length;
    if (itemsOf(listOf(item)).indexOf(item) !== place) moveTo(item, place);
  });
  document.addEventListener("pointerup", () => {
    if (held?.by === "pointer") drop(true);
  });
  document.addEventListener("pointercancel", () => {
    if (held?.by === "pointer") drop(false);
  });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches("[data-queue] form[data-step]")) return;
      event.preventDefault();
      event.stopPropagation();
      const item = itemOf(form);
      const before = itemsOf(listOf(item));
      moveTo(item, before.indexOf(item) + Number(form.dataset.step));
      form.querySelector("button")?.focus();
      send(item, before).catch(reportError);
    },
    true,
  );

  // What is in somebody's hand is not replaced; the page hears of the next change again.
  document.addEventListener(
    "homepot:changed",
    (event) => {
      if (held !== null) event.stopPropagation();
    },
    true,
  );

  return {
    adopt() {
      if (held?.item.isConnected === false) held = null;
      for (const handle of document.querySelectorAll<HTMLElement>("[data-queue] [data-handle]"))
        delete handle.dataset.idle;
    },
  };
}

const listOf = (item: HTMLElement) => item.closest<HTMLElement>("[data-queue]")!;
const itemsOf = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>(":scope > [data-id]")];
const itemOf = (part: Element) => part.closest<HTMLElement>("[data-id]")!;
const handleOf = (item: HTMLElement) => item.querySelector<HTMLElement>("[data-handle]");

function middleOf(item: HTMLElement): number {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}

function moveTo(item: HTMLElement, place: number): void {
  const list = listOf(item);
  const others = itemsOf(list).filter((other) => other !== item);
  list.insertBefore(item, others[Math.max(0, Math.min(place, others.length))] ?? null);
}

/** Sends the order of those between the first and the last that stand elsewhere now; nobody else moves. */
async function send(item: HTMLElement, before: readonly HTMLElement[]): Promise<void> {
  const list = listOf(item);
  const now = itemsOf(list);
  const moved = now.map((one, place) => one !== before[place]);
  if (!moved.includes(true)) return tell(item, "kept");
  const ids = now.slice(moved.indexOf(true), moved.lastIndexOf(true) + 1).map(({ dataset }) => dataset.id);
  try {
    const answer = await fetch(list.dataset.queue ?? "", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ids }),
    });
    if (!answer.ok) return putBack(item, before);
    tell(item, "done");
    document.body.dispatchEvent(new CustomEvent("homepot:changed"));
  } catch {
    putBack(item, before);
  }
}

/** What was not taken is not shown. */
function putBack(item: HTMLElement, before: readonly HTMLElement[]): void {
  listOf(item).append(...before);
  tell(item, "failed");
}

function tell(item: HTMLElement, what: keyof QueueWords): void {
  const list = listOf(item);
  const place = itemsOf(list).indexOf(item) + 1;
  const words = JSON.parse(list.dataset.words ?? "{}") as Partial<QueueWords>;
  const said = document.querySelector("[data-queue-said]");
  if (said === null) return;
  said.textContent = (words[what] ?? "")
    .replace("{name}", item.dataset.name ?? "")
    .replace("{place}", String(place))
    .replace("{total}", String(itemsOf(list).length));
}
