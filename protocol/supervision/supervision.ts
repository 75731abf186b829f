import type { Clock } from "../clock.ts";
import { SECOND } from "../units.ts";

/**
 * What a program tells systemd (sd_notify(3)): that it is ready, how it is, and that it still gets on with its work.
 *
 * Promises: the watchdog hears of progress only, which is that every vital sign was there; what could not be told is
 * logged and changes nothing else. Without systemd nothing is looked at and nothing is sent.
 */
export interface Supervision {
  /** The program does its work. From now on it is watched. */
  ready(): void;
  /** It is about to stop, and stops. */
  stopping(): void;
  /** Another program takes the process over: it is not looked at until that one is ready. `says`: for `systemctl status`. */
  handingOver(says: string): void;
}

/**
 * Something that must work for the program to be of use. Resolves to what is wrong, or null. `fatal`: a restart may
 * mend it; what is not is only told.
 */
export type VitalSign = () => Promise<{ fatal: boolean; says: string } | null>;

/** What systemd has put into the environment of a service of `Type=notify`; nothing where it did not start the process. */
export interface SupervisorEnvironment {
  /** NOTIFY_SOCKET: a path, or an abstract name that begins with `@`. */
  notifySocket?: string | undefined;
  /** WATCHDOG_USEC */
  watchdogMicroseconds?: string | undefined;
}

export interface SupervisionParts {
  clock: Clock;
  log: {
    warn(message: string, properties: Record<string, unknown>): void;
    error(message: string, properties: Record<string, unknown>): void;
  };
  environment: SupervisorEnvironment;
  signs: readonly VitalSign[];
  /** How the program is, in a few words, for `systemctl status`. */
  describe(): string;
  /** Sends one datagram. Gives whether it was taken. */
  send(address: string, text: string): boolean;
}

/** How often the status is renewed where no watchdog asks for more. */
const LOOK_EVERY_MS = 20 * SECOND;
/** A look may be late by two of three without the watchdog noticing. */
const LOOKS_PER_WATCHDOG = 3;

export function createSupervision(parts: SupervisionParts): Supervision {
  const { clock, log, environment, signs, send } = parts;
  const address = environment.notifySocket;
  if (address === undefined || address === "") {
    return { ready: nothing, stopping: nothing, handingOver: nothing };
  }
  const watchdogMs = Number(environment.watchdogMicroseconds ?? 0) / 1_000;
  const everyMs = watchdogMs > 0 ? Math.min(watchdogMs / LOOKS_PER_WATCHDOG, LOOK_EVERY_MS) : LOOK_EVERY_MS;
  let cancel = nothing;
  let stopped = false;

  const tell = (...lines: string[]): void => {
    try {
      if (!send(address, lines.join("\n"))) log.warn("systemd did not take a notification", { address });
    } catch (error) {
      // Safe to go on: systemd restarts what it does not hear of.
      log.warn("systemd cannot be told how this program is", { address, error });
    }
  };
  const look = async (): Promise<void> => {
    const found = (await Promise.all(signs.map((sign) => sign()))).filter((sign) => sign !== null);
    if (stopped) return;
    const status = [...found.map(({ says }) => says), parts.describe()].join("; ");
    // A line end would begin another assignment.
    const said = `STATUS=${status.replaceAll(/\p{Cc}/gu, " ")}`;
    const fatal = found.filter((sign) => sign.fatal);
    if (fatal.length > 0) log.error("this program does not get on", { says: fatal.map(({ says }) => says) });
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
    handingOver(says) {
      stopped = true;
      cancel();
      tell(`STATUS=${says}`, "WATCHDOG=1");
    },
  };
}

function nothing(): void {}
