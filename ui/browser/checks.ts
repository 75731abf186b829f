import type { Clock } from "../../protocol/clock.ts";

/** So long after the last key a pause in typing is looked at. */
const PAUSE_MS = 400;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Looks at forms marked `data-check` while they are filled in: what is typed is sent to that address, where the schemas of the
 * API look at it and nothing is done. Of what comes back, the messages of the fields that were left are shown,
 * and the parts marked `data-renewed`, which a pause in typing renews too. A check that gets no answer says nothing: the form is looked at again when it is sent.
 */
export function enhanceChecks(clock: Pick<Clock, "after">): { adopt(): void } {
  /** Names of the fields of each form that a person has left, and what of the form was checked last. */
  const touched = new WeakMap<HTMLFormElement, Set<string>>();
  const checked = new WeakMap<HTMLFormElement, { text: string; page: Promise<Document | null> }>();

  /** A message that came while the pointer is down would push what it is on from under it. */
  let released: Promise<void> = Promise.resolve();
  document.addEventListener("pointerdown", () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    released = promise;
    for (const end of ["pointerup", "pointercancel"])
      document.addEventListener(end, () => clock.after(0, resolve), { once: true });
  });

  const look = async (form: HTMLFormElement) => {
    const text = textOf(form);
    const known = checked.get(form);
    const page = known?.text === text ? known.page : askAbout(form, text);
    checked.set(form, { text, page });
    const answer = await page;
    await released;
    // Of two answers the one to what is there now counts.
    if (answer === null || checked.get(form)?.page !== page || !form.isConnected) return;
    for (const name of touched.get(form) ?? []) showProblem(form, answer, name);
    for (const part of form.querySelectorAll<HTMLElement>("[data-renewed]")) renew(part, answer);
  };
  const left = ({ target }: Event) => {
    const control = target as Partial<Control>;
    const form = target instanceof HTMLFormElement ? target : control.form;
    if (!form?.matches("[data-check]")) return;
    const names = touched.get(form) ?? new Set();
    touched.set(form, names);
    if (target !== form && (control.name ?? "") !== "") names.add(control.name!);
    look(form).catch(reportError);
  };
  let paused = () => {};
  document.addEventListener("input", ({ target }) => {
    const { form } = target as Partial<Control>;
    // A search for what can be picked asks by itself, and half a password is nobody's concern.
    if (!form?.matches("[data-check]") || (target as Element).matches("[data-find], [type=password]")) return;
    if (!touched.has(form) && !hasParts(form)) return;
    paused();
    paused = clock.after(PAUSE_MS, () => void look(form).catch(reportError));
  });
  document.addEventListener("change", left);
  document.addEventListener("focusout", (event) => {
    if (!(event.target instanceof HTMLButtonElement)) left(event);
  });
  return {
    adopt() {
      for (const form of document.querySelectorAll<HTMLFormElement>("form[data-check]"))
        if (!checked.has(form) && hasParts(form)) look(form).catch(reportError);
    },
  };
}

/** Whether it shows more of the answer than what is wrong with its fields. */
const hasParts = (form: HTMLFormElement) => form.querySelector("[data-renewed]") !== null;

/** What a form would send, but for its files. */
export function textOf(form: HTMLFormElement): string {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(fields as [string, string][]).toString();
}

/** The page that the form would be shown again as; null when there is no answer. */
export async function askAbout(form: HTMLFormElement, body: string): Promise<Document | null> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  try {
    const answer = await fetch(form.dataset.check ?? "", { method: "POST", body, headers });
    return answer.ok && !answer.redirected
      ? new DOMParser().parseFromString(await answer.text(), "text/html")
      : null;
  } catch {
    // Away: the form is looked at when it is sent.
    return null;
  }
}

/** Shows at a field of the form what a page says of it: a message, or none. Its hint goes on describing it. */
export function showProblem(form: HTMLFormElement, answer: Document, name: string): void {
  const control = form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`);
  const field = control?.closest(".field");
  if (!control || !field) return;
  const id = `${name}-error`;
  const before = document.getElementById(id);
  const now = answer.getElementById(id);
  if (before?.textContent === now?.textContent) return;
  before?.remove();
  if (now !== null) field.append(document.importNode(now, true));
  // Those with several boxes are described as a whole.
  const described = field.matches("fieldset") ? field : control;
  const by = (described.getAttribute("aria-describedby") ?? "").split(" ");
  const others = by.filter((one) => one !== "" && one !== id);
  const ids = now === null ? others : [id, ...others];
  if (ids.length === 0) described.removeAttribute("aria-describedby");
  else described.setAttribute("aria-describedby", ids.join(" "));
  // A group of boxes can be described, and not be invalid (ARIA 1.2 section 5.2.8.5).
  if (described === field) return;
  if (now === null) described.removeAttribute("aria-invalid");
  else described.setAttribute("aria-invalid", "true");
}

function renew(part: HTMLElement, answer: Document): void {
  const now = answer.getElementById(part.id);
  if (now === null || now.innerHTML === part.innerHTML) return;
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const unfolded = [...part.querySelectorAll<HTMLElement>("details[open][id]")].map(({ id }) => id);
  part.replaceChildren(...document.importNode(now, true).childNodes);
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  // Who is in it with the keyboard stays where they were.
  if (focused) document.getElementById(focused)?.focus();
}
