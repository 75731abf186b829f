import type { Json } from "../../protocol/config/device-config.ts";
import { type Result, refuse } from "../../protocol/errors.ts";
import type { FirmwareOffer } from "../../protocol/firmware/transfer.ts";
import { SECOND } from "../../protocol/units.ts";
import type { Agenda } from "./agenda.ts";
import type { Beat, Course, Outcome } from "./command.ts";

/** Fetches for a device: JSON, or of any bytes what they amount to. Code: `request.invalid`, with a reason for people. */
export interface Download {
  json(url: string): Promise<Result<Json>>;
  /** `{sha256, sizeBytes}` */
  digest(url: string): Promise<Result<Json>>;
}

/** Something a device does: what it says on the way, and how it went. */
export interface Task {
  course: Course;
  /** Tells whoever asked for it, if anybody did. */
  tell(beat: Extract<Beat, { do: "progress" | "log" }>): void;
  done(outcome: Outcome): void;
  /** Takes a firmware from the gateway. Absent: nobody has one for it. */
  receive?(offer: FirmwareOffer): Promise<Result<Json>>;
}

export interface LabourParts {
  agenda: Agenda;
  download: Download;
  /** By how much everything takes longer now, ms. */
  delayMs(): number;
  /** Whether it can do anything at all; a device without power cannot. */
  isAlive(): boolean;
  leave(): void;
  comeBack(): void;
  reportConfig(): void;
}

/** How often a dead device is looked at whether it lives again. */
const LOOK_MS = 1 * SECOND;

/** What a device works at: one task after the other, each beat in its time. */
export class Labour {
  readonly #parts: LabourParts;
  readonly #waiting: Task[] = [];
  #current: Task | null = null;
  #cancel = (): void => undefined;

  constructor(parts: LabourParts) {
    this.#parts = parts;
  }

  add(task: Task): void {
    this.#waiting.push(task);
    if (this.#current === null) this.#next();
  }

  /** Whatever it works at is left as it is, and nothing is told of it. */
  stop(): void {
    this.#cancel();
    this.#waiting.length = 0;
    this.#current = null;
  }

  #next(): void {
    this.#current = this.#waiting.shift() ?? null;
    if (this.#current !== null) this.#go(this.#current);
  }

  #go(task: Task, answer?: Result<Json>): void {
    if (!this.#parts.isAlive()) {
      this.#cancel = this.#parts.agenda.after(LOOK_MS, () => this.#go(task, answer));
      return;
    }
    for (let reply = answer; ; reply = undefined) {
      const step = task.course.next(reply);
      if (step.done === true) {
        task.done(step.value);
        this.#next();
        return;
      }
      if (!this.#act(task, step.value)) return;
    }
  }

  /** Whether the next beat follows at once. */
  #act(task: Task, beat: Beat): boolean {
    const { agenda, download, delayMs, leave, comeBack, reportConfig } = this.#parts;
    switch (beat.do) {
      case "progress":
      case "log":
        task.tell(beat);
        return true;
      case "report-config":
        reportConfig();
        return true;
      case "wait":
        this.#cancel = agenda.after(beat.ms + delayMs(), () => this.#go(task));
        return false;
      case "restart":
        leave();
        this.#cancel = agenda.after(beat.ms, () => {
          comeBack();
          this.#go(task);
        });
        return false;
      case "download":
        return this.#await(task, download.json(beat.url));
      case "download-digest":
        return this.#await(task, download.digest(beat.url));
      case "receive":
        return this.#await(task, task.receive?.(beat.offer) ?? Promise.resolve(NOT_OFFERED));
    }
  }

  #await(task: Task, answered: Promise<Result<Json>>): false {
    void answered.then((answer) => {
      if (this.#current !== task) return;
      this.#parts.agenda.enter();
      this.#go(task, answer);
    });
    return false;
  }
}

const NOT_OFFERED = refuse("request.invalid", "nobody offers it");
