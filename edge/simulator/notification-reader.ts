import type { Clock } from "../../protocol/clock.ts";
import { parseJsonObject } from "../../protocol/json.ts";
import type { ProfileName } from "../../protocol/simulation/scenario.ts";
import type { Topic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import type { DeviceRun } from "./device-run.ts";
import { TAKES, takes } from "./durations.ts";

export interface NotificationReaderParts {
  run: DeviceRun;
  clock: Clock;
  /** By how much everything takes longer now, ms. */
  delayMs(): number;
  publish(topic: Topic, text: string): void;
}

/** Somebody stands before these, and opens what they show after a while. */
const WITH_SCREEN: readonly ProfileName[] = ["payment-terminal", "kiosk"];
const OPENING = { least: 3 * SECOND, most: 20 * SECOND };
/** Ids that are remembered, at most: a notification may come twice. */
const KNOWN_MAX = 100;

/** Says that a notification has arrived, and where there is a screen that it was opened. */
export class NotificationReader {
  readonly #parts: NotificationReaderParts;
  readonly #known = new Set<string>();
  readonly #cancels = new Set<() => void>();

  constructor(parts: NotificationReaderParts) {
    this.#parts = parts;
  }

  hear(text: string): void {
    const { run, clock, delayMs } = this.#parts;
    const input = parseJsonObject(text);
    if (!input.ok || typeof input.value.id !== "string") return;
    const { id, expiresAt } = input.value;
    if (this.#known.has(id) || isPast(expiresAt, clock.nowMs())) return;
    this.#known.add(id);
    const [oldest] = this.#known;
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    const random = run.diceFor("notification");
    const arrivedMs = takes(TAKES.thinking, random) + delayMs();
    this.#later(arrivedMs, id, "delivered");
    if (WITH_SCREEN.includes(run.profile.name)) this.#later(arrivedMs + takes(OPENING, random), id, "opened");
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #later(ms: number, id: string, action: "delivered" | "opened"): void {
    const { run, clock, publish } = this.#parts;
    const cancel = clock.after(ms, () => {
      this.#cancels.delete(cancel);
      publish({ channel: "notification-ack", device: run.key }, JSON.stringify({ id, action }));
    });
    this.#cancels.add(cancel);
  }
}

/** A time as ms since 1970, or as ISO 8601 has it. */
function isPast(expiresAt: unknown, nowMs: number): boolean {
  const atMs = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number(expiresAt ?? Number.NaN);
  return atMs < nowMs;
}
