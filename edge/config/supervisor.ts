import type { SupervisorEnvironment } from "../../protocol/supervision/supervision.ts";

/** Reads it once, and takes it out of the environment: what this process starts must not answer in its name. */
export function takeSupervisor(): SupervisorEnvironment {
  const { NOTIFY_SOCKET: notifySocket, WATCHDOG_USEC: watchdogMicroseconds } = process.env;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete process.env[name];
  return { notifySocket, watchdogMicroseconds };
}

/** The environment of a program that takes this process over, and answers to systemd in its name. */
export function environmentForSuccessor({
  notifySocket,
  watchdogMicroseconds,
}: SupervisorEnvironment): Record<string, string> {
  const known = Object.entries({
    ...process.env,
    NOTIFY_SOCKET: notifySocket,
    WATCHDOG_USEC: watchdogMicroseconds,
  });
  return Object.fromEntries(known.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
