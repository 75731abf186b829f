import type { Clock } from "../../protocol/clock.ts";
import type { Result } from "../../protocol/errors.ts";
import type { PlatformName } from "../../protocol/notifications/address.ts";
import type { Message } from "../../protocol/notifications/message.ts";
import { type Outcome, refused } from "../../protocol/notifications/outcome.ts";
import { bulkRecipientSchema } from "../../protocol/notifications/push.ts";
import { SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import type { GivenRecipients } from "./engine/given.ts";
import type { Located, Recipients } from "./recipients.ts";
import { Windows } from "./window.ts";

/**
 * One message to any number of recipients: read as they come, handed over many at a time, and answered a line each as
 * the platforms answer. Neither the recipients nor the answers are gathered. A platform that does not keep up costs its
 * own recipients a wait, and the others two seconds.
 */

/** Written down and on their way to one platform at once: as many as two commits take in while a third is answered. */
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

/** `values`: the recipients. Ends with a line that sums up. */
export async function* sendBulk(
  parts: BulkParts,
  organizationId: string,
  message: Message,
  values: AsyncIterator<Result<unknown>>,
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

  const handOver = async (index: number, ref: string | undefined, located: Located): Promise<void> => {
    const platform: PlatformName = located.address.platform;
    if (!(await windows.enter(platform, WAIT_MS))) {
      const { id, outcome } = await parts.given.leave(located);
      answer(index, ref, id, outcome);
      return;
    }
    underWay += 1;
    void parts.given.hand(located).then(({ id, outcome }) => {
      underWay -= 1;
      windows.leave(platform);
      answer(index, ref, id, outcome);
    });
  };

  const read = async (): Promise<void> => {
    for (let index = 0; !stopped; index += 1) {
      const next = await values.next();
      if (next.done === true) return;
      if (!next.value.ok) {
        failure = next.value.refusal.detail;
        return;
      }
      const recipient = check(bulkRecipientSchema, next.value.value);
      if (!recipient.ok) {
        answer(index, undefined, null, refused(recipient.refusal.detail));
      } else {
        const { ref, ...to } = recipient.value;
        const located = await recipients.locate(organizationId, to, message);
        if (located.ok) await handOver(index, ref, located.value);
        else answer(index, ref, null, refused(located.refusal.detail));
      }
      if (answered.length >= UNREAD_MAX)
        await new Promise<void>((resolve) => {
          readOn = resolve;
        });
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
