import { SQLiteError } from "bun:sqlite";
import type { Clock } from "../../protocol/clock.ts";
import type { VitalSign } from "../../protocol/supervision/supervision.ts";
import { SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";

const ANSWER_WITHIN_MS = 5 * SECOND;

/**
 * The broker takes a connection, and ends it when the other side does: its listener and the event loop work. Nothing is
 * sent, so that the broker has nothing to refuse and to log.
 */
export function brokerAnswers(address: () => { hostname: string; port: number }, clock: Clock): VitalSign {
  return async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = clock.after(ANSWER_WITHIN_MS, () => resolve(false));
    const socket = {
      open: (opened: Bun.Socket) => void opened.shutdown(),
      close: () => resolve(true),
      data: () => undefined,
    };
    const connecting = Bun.connect({ ...address(), socket });
    connecting.catch(() => resolve(false));
    const answered = await promise;
    cancel();
    // One that is never answered would keep a command from ending.
    if (!answered) connecting.then((unanswered) => unanswered.terminate()).catch(() => undefined);
    return answered ? null : { fatal: true, says: "the broker takes no connections" };
  };
}

/** The database commits to the disk. A full one is waited out: the gateway goes on by itself when there is room. */
export function databaseTakesWrites(db: EdgeDatabase): VitalSign {
  return async () => {
    try {
      // Writes the page though nothing changes in it.
      db.transaction(() => db.sqlite.run("UPDATE identity SET uplog_epoch = uplog_epoch"));
      return null;
    } catch (error) {
      if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_FULL")) {
        return { fatal: false, says: "the disk is full: nothing is acknowledged" };
      }
      return {
        fatal: true,
        says: `the database takes no writes (${error instanceof Error ? error.message : error})`,
      };
    }
  };
}
