import type { FirmwareWords } from "../words/english/firmware.ts";
import { formsOf } from "../words/forms.ts";
import { sizeText } from "../words/sizes.ts";
import { askAbout, showProblem, textOf } from "./checks.ts";

export interface UploadParts {
  nowMs(): number;
  /** A request whose sending can be followed, which `fetch` has not. */
  request(): XMLHttpRequest;
  go(address: string): void;
}

type Said = FirmwareWords["script"];

/**
 * Sends forms marked `data-upload` without leaving the page: shows how far they are, stops them, and shows the answer's messages
 * at their fields. What can be known before is looked at before: a large file is not sent to hear that its version is taken.
 */
export function enhanceUploads(parts: UploadParts): { adopt(): void } {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-upload]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") new Upload(form, parts).begin().catch(reportError);
  });
  return { adopt() {} };
}

class Upload {
  readonly #form: HTMLFormElement;
  readonly #parts: UploadParts;
  readonly #said: Said;
  readonly #forms = formsOf(document.documentElement.lang || "en");

  constructor(form: HTMLFormElement, parts: UploadParts) {
    this.#form = form;
    this.#parts = parts;
    this.#said = JSON.parse(form.dataset.upload ?? "{}") as Said;
  }

  async begin(): Promise<void> {
    this.#say("");
    if (this.#isTooLarge()) return;
    this.#busy(true);
    const page = await askAbout(this.#form, textOf(this.#form));
    this.#busy(false);
    if (page !== null && this.#shows(page)) return;
    this.#send();
  }

  /** Told at its field, in the words of a refusal. */
  #isTooLarge(): boolean {
    const control = this.#form.querySelector<HTMLInputElement>("input[type=file]");
    const file = control?.files?.[0];
    const most = Number(control?.dataset.maxBytes ?? Number.POSITIVE_INFINITY);
    if (control === null || file === undefined || file.size <= most) return false;
    const page = document.implementation.createHTMLDocument();
    const problem = page.createElement("p");
    problem.id = `${control.name}-error`;
    problem.classList.add("field-error", "tone-error");
    problem.textContent = this.#said.tooLarge.replace("{most}", sizeText(this.#forms, most));
    const same = page.createElement("input");
    same.name = control.name;
    same.setAttribute("aria-invalid", "true");
    same.setAttribute("aria-describedby", problem.id);
    page.body.append(problem, same);
    return this.#shows(page);
  }

  #send(): void {
    const { request, go, nowMs } = this.#parts;
    const sending = request();
    const beganMs = nowMs();
    const stop = this.#form.querySelector<HTMLElement>("[data-upload-stop]");
    const stopped = () => sending.abort();
    const end = (text: string) => {
      stop?.removeEventListener("click", stopped);
      removeEventListener("beforeunload", stay);
      this.#busy(false);
      this.#progress(null);
      this.#say(text);
    };
    stop?.addEventListener("click", stopped);
    addEventListener("beforeunload", stay);
    sending.upload.addEventListener("progress", ({ loaded, total }) =>
      this.#progress({ loaded, total, tookMs: nowMs() - beganMs }),
    );
    sending.upload.addEventListener("load", () => this.#say(this.#said.keeping));
    sending.addEventListener("abort", () => end(this.#said.stopped));
    sending.addEventListener("error", () => end(this.#said.broken));
    sending.addEventListener("load", () => {
      end("");
      if (sending.getResponseHeader("content-type")?.startsWith("application/json") && sending.status === 200)
        return go((JSON.parse(sending.responseText) as { location: string }).location);
      const page = new DOMParser().parseFromString(sending.responseText, "text/html");
      // The log-in, when the session has ended meanwhile.
      if (sending.status === 200) return go(sending.responseURL);
      if (!this.#shows(page))
        this.#say(page.querySelector(".error-page h1")?.textContent ?? this.#said.broken);
    });
    sending.open("POST", this.#form.action);
    sending.setRequestHeader("accept", "application/json");
    this.#busy(true);
    this.#progress({ loaded: 0, total: 0, tookMs: 0 });
    sending.send(new FormData(this.#form));
  }

  /** Puts what a page complains about at the fields. False where it complains about nothing. */
  #shows(page: Document): boolean {
    for (const { name } of this.#form.querySelectorAll<HTMLInputElement>("input[name]"))
      showProblem(this.#form, page, name);
    this.#form.querySelector(".notice.error")?.remove();
    const notice = page.querySelector("form[data-upload] .notice.error");
    if (notice !== null) this.#form.prepend(document.importNode(notice, true));
    const wrong = this.#form.querySelector<HTMLElement>('[aria-invalid="true"]');
    wrong?.focus();
    return notice !== null || wrong !== null;
  }

  #busy(is: boolean): void {
    if (is) this.#form.setAttribute("aria-busy", "true");
    else this.#form.removeAttribute("aria-busy");
    for (const button of this.#form.querySelectorAll<HTMLButtonElement>("button[type=submit]"))
      button.disabled = is;
  }

  /** How far it is; null when it is over. */
  #progress(at: { loaded: number; total: number; tookMs: number } | null): void {
    const box = this.#form.querySelector<HTMLElement>("[data-upload-progress]");
    const bar = box?.querySelector("progress");
    const text = box?.querySelector(".upload-said");
    if (box == null || bar == null || text == null) return;
    box.hidden = at === null;
    if (at === null) return;
    const { loaded, total, tookMs } = at;
    bar.value = total === 0 ? 0 : loaded / total;
    const sent = this.#said.sending
      .replace("{sent}", sizeText(this.#forms, loaded))
      .replace("{total}", sizeText(this.#forms, total));
    const leftMs = loaded === 0 ? null : ((total - loaded) * tookMs) / loaded;
    text.textContent = total === 0 ? "" : [sent, this.#left(leftMs)].filter(Boolean).join(" · ");
  }

  /** Nothing before it can be told. */
  #left(leftMs: number | null): string {
    if (leftMs === null || leftMs < SECOND_MS) return "";
    const seconds = Math.ceil(leftMs / SECOND_MS);
    const [count, of] =
      seconds < 100 ? [seconds, this.#said.seconds] : [Math.ceil(seconds / 60), this.#said.minutes];
    return this.#said.left.replace("{time}", of.replace("{count}", this.#forms.count(count)));
  }

  #say(text: string): void {
    const line = this.#form.querySelector("[data-upload-status]");
    if (line !== null) line.textContent = text;
  }
}

const SECOND_MS = 1_000;

/** The browser asks whether to leave. */
function stay(event: Event): void {
  event.preventDefault();
}
