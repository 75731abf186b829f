import * as v from "valibot";
import { deviceKeySchema, idSchema } from "../ids.ts";
import { cursorSchema, markSchema, seqSchema } from "../log/cursor.ts";
import { timeMsSchema } from "../telemetry/reading.ts";
import { HOUR } from "../units.ts";

/**
 * The frames that are JSON: how a session begins and ends, and what may be lost without harm.
 *
 *     cloud                        gateway
 *       challenge {nonce}    →
 *                            ←       hello {who, signature, what I hold, what I have of yours}
 *       welcome {what I have} →      or refuse {why, what to do}, and the line is closed
 *       entries, ack         ⇄       entries, ack        both ways, until the line is lost
 */

const versionsSchema = v.object({
  min: v.pipe(v.number(), v.integer()),
  max: v.pipe(v.number(), v.integer()),
});
const nonceSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{22,64}$/, "must be base64url of 16 to 48 bytes"),
);

/** How the other side may pack frames (`packed.ts`); absent: not at all. Names this side does not know are no error. */
const packingSchema = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(20))), v.maxLength(20)));

/** First word of the cloud. `nonce` is fresh for every connection. `nowMs`: the cloud's clock. */
export const challengeSchema = v.object({
  protocol: versionsSchema,
  packing: packingSchema,
  nonce: nonceSchema,
  nowMs: timeMsSchema,
});

/** What the gateway holds of one lane: the newest seq, 0 when it is empty. */
const laneSchema = v.object({ head: seqSchema });

/** First word of the gateway. */
export const helloSchema = v.object({
  protocol: versionsSchema,
  packing: packingSchema,
  gateway: idSchema,
  /** Ed25519 over {@link helloSigningText}, base64url. */
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/, "must be an Ed25519 signature in base64url")),
  /** Identity of the gateway's uplog. */
  epoch: idSchema,
  uplog: v.object({ urgent: laneSchema, bulk: laneSchema }),
  /** How far the gateway has applied its downlog; null when it has never had one. */
  downlog: v.nullable(cursorSchema),
  /** Software version, for people. */
  version: v.pipe(v.string(), v.maxLength(40)),
  /** Of this run of the program; of two machines that are one gateway each has its own. Absent from older gateways. */
  run: v.optional(idSchema),
  nowMs: timeMsSchema,
});

/** The cloud agrees: which version is spoken, from where the uplog goes on, and which downlog there is. */
export const welcomeSchema = v.object({
  protocol: v.pipe(v.number(), v.integer()),
  /** Last seq of each lane that the cloud has applied of the hello's epoch; 0 for none. */
  uplog: v.object({ urgent: seqSchema, bulk: seqSchema }),
  /** Marks of the entries at these cursors; absent where one is not known. */
  marks: v.optional(v.object({ urgent: v.optional(markSchema), bulk: v.optional(markSchema) })),
  /** The downlog's identity. A gateway that knows another one starts again from 0. */
  downlog: v.object({ epoch: idSchema, head: seqSchema }),
  nowMs: timeMsSchema,
});

/**
 * The last word before closing. `code` is of the error catalogue when the receiver knows it. `retryAfterMs`: no sooner
 * than that; absent means as the receiver sees fit.
 */
export const refuseSchema = v.object({
  code: v.pipe(v.string(), v.maxLength(64)),
  detail: v.pipe(v.string(), v.maxLength(1_000)),
  hint: v.pipe(v.string(), v.maxLength(1_000)),
  retryAfterMs: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(HOUR))),
});

const devicesSchema = v.pipe(v.array(deviceKeySchema), v.maxLength(10_000));

/** Cloud to gateway: somebody is looking at these devices, and at no others. */
export const watchSchema = v.object({ devices: devicesSchema });

const liveValueSchema = v.union([
  v.pipe(v.number(), v.finite()),
  v.boolean(),
  v.pipe(v.string(), v.maxLength(1_024)),
]);

/** Gateway to cloud: the newest values of watched devices; older ones that were waiting are dropped. */
export const liveSchema = v.object({
  readings: v.pipe(
    v.array(
      v.object({
        device: deviceKeySchema,
        atMs: timeMsSchema,
        values: v.record(v.string(), liveValueSchema),
      }),
    ),
    v.maxLength(10_000),
  ),
});

/** Cloud to gateway: somebody reads the telemetry of these devices now; seal what is open. */
export const flushSchema = v.object({ id: v.pipe(v.number(), v.safeInteger()), devices: devicesSchema });

/** Gateway to cloud: done; all of it is in the `bulk` lane up to `seq`. */
export const flushedSchema = v.object({ id: v.pipe(v.number(), v.safeInteger()), seq: seqSchema });

/**
 * Where in the gateway's log its clock was set: behind these seqs, by so much, positive when it was set forward. `null`:
 * the gateway was started there, and what its clock did before that is not known. `number` grows by each.
 */
const clockStepSchema = v.object({
  number: seqSchema,
  urgent: seqSchema,
  bulk: seqSchema,
  byMs: v.nullable(v.pipe(v.number(), v.safeInteger())),
});
export const CLOCK_STEPS_MAX = 100;

/**
 * Gateway to cloud, first after the welcome and again whenever its clock was set, before anything stamped by the clock
 * that was set: the newest steps of its log, oldest first.
 */
export const clockSchema = v.object({
  steps: v.pipe(v.array(clockStepSchema), v.maxLength(CLOCK_STEPS_MAX)),
});

/** Either side, when it has said nothing for a while; the other answers with `pong`. */
export const pingSchema = v.object({ nowMs: timeMsSchema });

export type Challenge = v.InferOutput<typeof challengeSchema>;
export type Hello = v.InferOutput<typeof helloSchema>;
export type Welcome = v.InferOutput<typeof welcomeSchema>;
export type Refuse = v.InferOutput<typeof refuseSchema>;
export type Watch = v.InferOutput<typeof watchSchema>;
export type Live = v.InferOutput<typeof liveSchema>;
export type Flush = v.InferOutput<typeof flushSchema>;
export type ClockStep = v.InferOutput<typeof clockStepSchema>;
export type Clock = v.InferOutput<typeof clockSchema>;
export type Flushed = v.InferOutput<typeof flushedSchema>;

/** The text a gateway signs to prove who it is: bound to this connection by the cloud's nonce. */
export function helloSigningText(nonce: string, gateway: string, epoch: string): string {
  return `homepot hello 1\n${nonce}\n${gateway}\n${epoch}`;
}
