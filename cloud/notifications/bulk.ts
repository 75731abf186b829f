import type { Clock } from "../../protocol/clock.ts";
import type { Result } from "../../protocol/errors.ts";
import type { Message } from "../../protocol/notifications/message.ts";
import { type Outcome, refused } from "../../protocol/notifications/outcome.ts";
import { checkBulkRecipient } from "../../protocol/notifications/push.ts";
import { SECOND } from "../../protocol/units.ts";
import type { GivenRecipients } from "./engine/given.ts";
import type { Located, Recipients } from "./recipients.ts";
import { Windows } from "./window.ts";

/**
 * One message to any number of recipients: read as they come, handed over many at a time, and answered a line each as
 * the platforms answer. Neither the recipients nor the answers are gathered. A platform that does not keep up costs its
 * own recipients a wait, and the others two seconds.
 */

/**
 * Written down and on their way to one platform at once: as many as are read, handed over and answered while commits wait for the disk. With
 * half as many a broker got 26,000 a second where it gets 34,000, with twice as many no more.
 */
const WINDOW = 2_048;
/** For so long the rest waits for one that does not keep up. */
const WAIT_MS = 2 * SECOND;
/** Lines that were answered and not read yet; then no more recipients are read. */
const UNREAD_MAX = 1_000;

export interface BulkParts {
  clock: Clock;
  recipients: Recipients;
  given: Pick<GivenRecipients, "hand" | "leave" | "end">;
}

/** `first` and `values`: the recipients. Ends with a line that sums up. */
export async function* sendBulk(
  parts: BulkParts,
  organizationId: string,
  message: Message,
  first: readonly Result<unknown>[],
  values: AsyncIterator<Result<unknown>[]>,
): AsyncGenerator<string> {
  const { clock, recipients } = parts;
  const windows = new Windows(WINDOW, clock);
  const answered: string[] = [];
  const sums: Record<string, number> = {};
  let underWay = 0;
  let reading = true;
  let stopped = false;
  let wake = (): void => undefined;
  let readOn = (): void => undefined;
  let failure: string | null = null;

  const answer = (index: number, ref: string | undefined, id: string | null, result: Outcome): void => {
    sums[result.outcome] = (sums[result.outcome] ?? 0) + 1;
    answered.push(`${JSON.stringify({ index, ...(ref === undefined ? {} : { ref }), id, result })}\n`);
    wake();
  };

  const hand = (index: number, ref: string | undefined, located: Located): void => {
    underWay += 1;
    parts.given.hand(located, (id, outcome) => {
      underWay -= 1;
      windows.leave(located.address.platform);
      answer(index, ref, id, outcome);
    });
  };

  const leave = (index: number, ref: string | undefined, located: Located): Promise<void> =>
    new Promise((resolve) =>
      parts.given.leave(located, (id, outcome) => {
        answer(index, ref, id, outcome);
        resolve();
      }),
    );

  const give = async (index: number, ref: string | undefined, located: Located): Promise<void> => {
    if (await windows.wait(located.address.platform, WAIT_MS)) hand(index, ref, located);
    else await leave(index, ref, located);
  };

  const enter = (index: number, ref: string | undefined, located: Located): Promise<unknown> | null => {
    if (!windows.enter(located.address.platform)) return give(index, ref, located);
    hand(index, ref, located);
    return null;
  };

  /** Null when there is nothing to wait for, which nearly always is so. */
  const take = (index: number, value: unknown): Promise<unknown> | null => {
    const recipient = checkBulkRecipient(value);
    if (!recipient.ok) {
      answer(index, undefined, null, refused(recipient.refusal.detail));
      return null;
    }
    const { ref, endpoint, address } = recipient.value;
    if (address === undefined)
      return recipients.locate(organizationId, { endpoint }, message).then((located) => {
        if (located.ok) return enter(index, ref, located.value);
        answer(index, ref, null, refused(located.refusal.detail));
        return null;
      });
    return enter(index, ref, recipients.at(organizationId, address, message));
  };

  /** In the order in which they come, and no more of them than are answered. */
  const read = async (): Promise<void> => {
    let index = 0;
    for (let some = first; ; ) {
      for (const value of some) {
        if (stopped) return;
        if (!value.ok) {
          failure = value.refusal.detail;
          return;
        }
        const taking = take(index, value.value);
        if (taking !== null) await taking;
        index += 1;
        if (answered.length >= UNREAD_MAX)
          await new Promise<void>((resolve) => {
            readOn = resolve;
          });
      }
      const next = await values.next();
      if (next.done === true) return;
      some = next.value;
    }
  };

  read()
    .catch((error: unknown) => {
      failure = error instanceof Error ? error.message : String(error);
    })
    .finally(() => {
      reading = false;
      wake();
    });
  try {
    while (reading || underWay > 0 || answered.length > 0) {
      if (answered.length > 0) {
        yield answered.splice(0).join("");
        readOn();
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    // Whoever listened has gone: nobody else is sent to.
    stopped = true;
    readOn();
    await parts.given.end();
  }
  const total = Object.values(sums).reduce((sum, count) => sum + count, 0);
  yield `${JSON.stringify({ total, sums, ...(failure === null ? {} : { failure }) })}\n`;
}
