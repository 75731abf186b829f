import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { sendDatagram } from "./datagram.ts";

export { brokerAnswers, databaseTakesWrites } from "./vital-signs.ts";

/**
 * What the gateway tells systemd (sd_notify(3)): that it is ready, how it is, and that it still gets on with its work.
 *
 * Promises: the watchdog hears of real progress only, which is that the broker takes a connection and ends it, and that
 * the database commits. A full disk is no reason for a restart, which would make no room. Without systemd it does nothing.
 */
export interface Supervision {
  /** The gateway takes connections. From now on it is watched. */
  ready(): void;
  /** It is about to stop, and stops. */
  stopping(): void;
}

/** Something that must work for the gateway to be of use. Resolves to what is wrong, or null. */
export type VitalSign = () => Promise<{ fatal: boolean; says: string } | null>;

export interface SupervisionParts {
  clock: Clock;
  log: Logger;
  /** Of systemd: NOTIFY_SOCKET and WATCHDOG_USEC. Absent where it did not start this process. */
  environment: { notifySocket?: string | undefined; watchdogMicroseconds?: string | undefined };
  signs: readonly VitalSign[];
  /** How the gateway is, in a few words, for `systemctl status`. */
  describe(): string;
  send?: (address: string, text: string) => boolean;
}

/** How often the status is renewed where no watchdog asks for more. */
const LOOK_EVERY_MS = 20 * SECOND;

export function createSupervision(parts: SupervisionParts): Supervision {
  const { clock, log, environment, signs, send = sendDatagram } = parts;
  const address = environment.notifySocket;
  if (address === undefined || address === "") return { ready: nothing, stopping: nothing };
  const watchdogMs = Number(environment.watchdogMicroseconds ?? 0) / 1_000;
  const everyMs = watchdogMs > 0 ? Math.min(watchdogMs / 3, LOOK_EVERY_MS) : LOOK_EVERY_MS;
  let cancel = nothing;
  let stopped = false;

  const tell = (...lines: string[]): void => {
    try {
      if (!send(address, lines.join("\n"))) log.warn("systemd did not take a notification", { address });
    } catch (error) {
      // Safe to go on: systemd restarts what it does not hear of.
      log.warn("systemd cannot be told how the gateway is", { address, error });
    }
  };
  const look = async (): Promise<void> => {
    const found = (await Promise.all(signs.map((sign) => sign()))).filter((sign) => sign !== null);
    if (stopped) return;
    const status = [...found.map(({ says }) => says), parts.describe()].join("; ");
    // A line end would begin another assignment.
    const said = `STATUS=${status.replaceAll(/\p{Cc}/gu, " ")}`;
    const fatal = found.filter((sign) => sign.fatal);
    if (fatal.length > 0) log.error("the gateway does not get on", { says: fatal.map(({ says }) => says) });
    tell(...(fatal.length > 0 ? [said] : [said, "WATCHDOG=1"]));
    cancel = clock.after(everyMs, () => void look());
  };
  return {
    ready() {
      tell("READY=1");
      void look();
    },
    stopping() {
      stopped = true;
      cancel();
      tell("STOPPING=1", "STATUS=stopping");
    },
  };
}

function nothing(): void {}
