import type { Clock } from "../../protocol/clock.ts";
import type { Json } from "../../protocol/config/device-config.ts";
import type { Result } from "../../protocol/errors.ts";
import type { FirmwareOffer } from "../../protocol/firmware/transfer.ts";
import { isJsonObject, parseJsonObject } from "../../protocol/json.ts";
import type { Topic } from "../../protocol/topics/topics.ts";
import type { CommandedDevice, Course, Outcome } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import type { Task } from "./labour.ts";

export interface CommandDeskParts {
  key: string;
  /** The device, for one more command. */
  commanded(): CommandedDevice;
  clock: Clock;
  publish(topic: Topic, text: string): void;
  work(task: Task): void;
  receive(execution: string, offer: FirmwareOffer): Promise<Result<Json>>;
  /** A command was followed, whatever came of it. */
  worked(): void;
}

/** Results kept for commands that come again, at most. */
const KEPT_MAX = 100;

/** Takes commands from the broker: each is followed once, and its result is told again to whoever asks again. */
export class CommandDesk {
  readonly #parts: CommandDeskParts;
  /** By execution: what was asked, and what came of it; null while it is followed. */
  readonly #results = new Map<string, { asked: string; result: string | null }>();

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  hear(execution: string, text: string): void {
    const { key: device, publish, work, worked, receive } = this.#parts;
    // An empty one takes back what was retained.
    if (text === "") return;
    const on = (channel: "command-progress" | "command-log" | "command-result"): Topic => ({
      channel,
      device,
      execution,
    });
    const before = this.#results.get(execution);
    // The same once more, as MQTT may deliver it. Another attempt has another deadline.
    if (before?.asked === text) {
      if (before.result !== null) publish(on("command-result"), before.result);
      return;
    }
    this.#keep(execution, text, null);
    const answer = (outcome: Outcome): void => {
      const result = JSON.stringify(outcome);
      this.#keep(execution, text, result);
      publish(on("command-result"), result);
    };
    const course = this.#read(text);
    if (typeof course === "string") {
      answer({ ok: false, error: course });
      return;
    }
    work({
      course,
      tell: (beat) => {
        const { message } = beat;
        if (beat.do === "progress") {
          const { percent, stage } = beat;
          publish(on("command-progress"), JSON.stringify({ percent, message, stage }));
        }
        if (beat.do === "log")
          publish(on("command-log"), JSON.stringify({ level: beat.level ?? "info", message }));
      },
      receive: (offer) => receive(execution, offer),
      done: (outcome) => {
        worked();
        answer(outcome);
      },
    });
  }

  /** What to do; or why nothing is done. */
  #read(text: string): Course | string {
    const input = parseJsonObject(text);
    if (!input.ok) return "the command is not a JSON object";
    const { command: name, args = {}, deadline } = input.value;
    const command = COMMANDS.get(String(name));
    if (command === undefined) {
      return `unknown command ${JSON.stringify(name)}; known are ${[...COMMANDS.keys()].join(", ")}`;
    }
    if (!isJsonObject(args)) return "args: must be a JSON object";
    if (typeof deadline === "number" && deadline < this.#parts.clock.nowMs())
      return "the command came after its deadline";
    return command.follow(args, this.#parts.commanded());
  }

  #keep(execution: string, asked: string, result: string | null): void {
    this.#results.delete(execution);
    this.#results.set(execution, { asked, result });
    const [oldest] = this.#results.keys();
    if (this.#results.size > KEPT_MAX && oldest !== undefined) this.#results.delete(oldest);
  }
}
