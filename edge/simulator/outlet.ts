import type { Topic } from "../../protocol/topics/topics.ts";

/** A device's way to its broker. `device-line.ts` is one over MQTT. */
export interface Outlet {
  /** Whether it is connected. */
  readonly up: boolean;
  /** Connects, and connects again whenever it is cut off from outside; `atOnce` without taking its time. */
  open(atOnce: boolean): void;
  /** Says goodbye, and stays away until it is opened. */
  leave(): void;
  /** Is gone without a word, and stays away until it is opened. */
  cut(): void;
  /** What is sent while it is not connected is lost, or sent later when it is to be kept. */
  publish(topic: Topic, text: string, options?: { retain?: boolean; keep?: boolean }): void;
}
