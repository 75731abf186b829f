import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY, MINUTE } from "../../protocol/units.ts";
import type { Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { digest } from "./digest.ts";
import { type KeptAnswer, makeNonce, openAnswer, sealAnswer } from "./sealed-answer.ts";

export { idempotent } from "./middleware.ts";
export type { KeptAnswer } from "./sealed-answer.ts";

/** For how long a key stands for its first request. */
export const KEPT_MS = DAY;
/** A request of which nothing was heard for so long ended without a trace: its process was stopped. */
export const RUNNING_MAX_MS = MINUTE;

/**
 * Requests that may be sent again, because their answer was lost, and take effect once
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * Promises: of all requests of one person with one key at most one changes anything, also when the process is stopped
 * between change and answer: that it took effect is written in the transaction of the change, and an attempt whose
 * place was taken cannot commit any more. A key is forgotten after {@link KEPT_MS}.
 */
export interface Idempotency {
  /**
   * Begins a request, or says what its first one was answered. `fingerprint` tells one request from another. Codes:
   * `idempotency.reused`, `idempotency.running`, `idempotency.answer-lost`.
   */
  begin(scope: Scope, key: string, fingerprint: string): Promise<Result<Begun>>;
}

export type Begun = { kind: "answered"; answer: KeptAnswer } | { kind: "runs"; attempt: Attempt };

/** A request under way. */
export interface Attempt {
  /** `Scope.joinCommit`. Throws a RefusalError with `idempotency.running` when another attempt took its place. */
  joinCommit(trx: Transaction<Tables>): Promise<void>;
  /** This is the answer from now on. */
  keep(answer: KeptAnswer): Promise<void>;
  /** It failed. When it changed nothing its key is free again. */
  release(): Promise<void>;
}

export interface IdempotencyParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
}

export function createIdempotency({ db, clock, random }: IdempotencyParts): Idempotency {
  const attemptOf = (id: string, attempt: string, key: string, owner: string): Attempt => ({
    async joinCommit(trx) {
      const own = await trx
        .updateTable("idempotent_request")
        .set({ took_effect: 1 })
        .where("id", "=", id)
        .where("attempt", "=", attempt)
        .returning("id")
        .executeTakeFirst();
      if (own === undefined) throw new RefusalError(running("another attempt took its place").refusal);
    },
    async keep(answer) {
      const sealed = await sealAnswer(
        answer,
        key,
        owner,
        makeNonce((length) => random.bytes(length)),
      );
      await db.write((trx) =>
        trx
          .updateTable("idempotent_request")
          .set({ answer: sealed })
          .where("id", "=", id)
          .where("attempt", "=", attempt)
          .execute(),
      );
    },
    async release() {
      await db.write((trx) =>
        trx
          .deleteFrom("idempotent_request")
          .where("id", "=", id)
          .where("attempt", "=", attempt)
          .where("took_effect", "=", 0)
          .execute(),
      );
    },
  });

  return {
    async begin(scope, key, fingerprint) {
      const owner = `${scope.organizationId}\n${scope.userId}`;
      const id = await digest(`${owner}\n${key}`);
      const nowMs = clock.nowMs();
      const attempt = makeId(nowMs, random);
      const found = await db.write(async (trx) => {
        await trx
          .deleteFrom("idempotent_request")
          .where("begun_ms", "<=", nowMs - KEPT_MS)
          .execute();
        const begun = { attempt, begun_ms: nowMs };
        const known = await trx
          .insertInto("idempotent_request")
          .values({
            id,
            organization_id: scope.organizationId,
            fingerprint,
            ...begun,
            took_effect: 0,
            answer: null,
          })
          .onConflict((conflict) =>
            conflict
              .column("id")
              .doUpdateSet(begun)
              .where("idempotent_request.fingerprint", "=", fingerprint)
              .where("idempotent_request.answer", "is", null)
              .where("idempotent_request.took_effect", "=", 0)
              .where("idempotent_request.begun_ms", "<=", nowMs - RUNNING_MAX_MS),
          )
          .returning("id")
          .executeTakeFirst();
        if (known !== undefined) return null;
        return trx
          .selectFrom("idempotent_request")
          .selectAll()
          .where("id", "=", id)
          .executeTakeFirstOrThrow();
      });
      if (found === null) return accept({ kind: "runs", attempt: attemptOf(id, attempt, key, owner) });
      if (found.fingerprint !== fingerprint) {
        return refuse("idempotency.reused", "method, address or body differ from the first request's");
      }
      if (found.answer !== null) {
        return accept({ kind: "answered", answer: await openAnswer(found.answer, key, owner) });
      }
      if (found.begun_ms > nowMs - RUNNING_MAX_MS) return running("it has begun and not ended yet");
      return refuse("idempotency.answer-lost", "the service stopped after the change and before the answer");
    },
  };
}

const running = (detail: string) => refuse("idempotency.running", detail);
