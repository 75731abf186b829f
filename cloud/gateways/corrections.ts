import type { ChunkHeader } from "../../protocol/chunks/chunk.ts";
import { type Conduct, DATED_WRONG_MS } from "../../protocol/devices/conduct.ts";
import type { Live } from "../../protocol/frames/control.ts";
import { SKEW_CORRECTED_MS } from "../../protocol/gateways/clock-skew.ts";
import type { UplogEvent } from "../../protocol/log/kinds.ts";
import { TIME_MAX_MS } from "../../protocol/telemetry/reading.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

/**
 * What is taken off times that a gateway's clock made. Entries and chunks rest as they came; these numbers are stored
 * beside them, and views subtract them. A device may stamp its readings itself (`ts`), and its clock may well be right
 * while the gateway's is not: such times are recognised and left alone.
 */

/** A skew that is small enough to be left to people is corrected by 0. */
export function correctionOf(skewMs: number): number {
  return Math.abs(skewMs) < SKEW_CORRECTED_MS ? 0 : skewMs;
}

/**
 * A gateway seals a minute after a chunk's newest reading at the latest and five after its oldest (its default), so what
 * it stamped itself is that old when its chunk is sealed, by its own clock on both ends.
 */
const NEWEST_WITHIN_MS = 2 * MINUTE;
const OLDEST_WITHIN_MS = 6 * MINUTE;
/** A clock that is being slewed may have gone back by so much in between. */
const SLEWED_MS = 1 * SECOND;

/** For a chunk that was sealed at `sealedMs` by a clock that is ahead by `skewMs`; 0 for one of a device's own times. */
export function chunkCorrection(
  sealedMs: number,
  { minMs, maxMs, spanMs }: ChunkHeader,
  skewMs: number,
): number {
  const correctionMs = correctionOf(skewMs);
  if (correctionMs === 0 || minMs - correctionMs < 0 || maxMs - correctionMs > TIME_MAX_MS) return 0;
  // A thinned chunk stands in the place of the first of those it was made of, and was sealed when that was.
  const [ageMs, withinMs] =
    spanMs === undefined ? [sealedMs - maxMs, NEWEST_WITHIN_MS] : [sealedMs - minMs, OLDEST_WITHIN_MS];
  return ageMs >= -SLEWED_MS && ageMs <= withinMs ? correctionMs : 0;
}

/** An event with its times as they were by the cloud's clock; none lies after now. */
export function correctedEvent(event: UplogEvent, skewMs: number, nowMs: number): UplogEvent {
  const correctionMs = correctionOf(skewMs);
  if (correctionMs === 0) return event;
  const corrected = (atMs: number): number => Math.min(nowMs, Math.max(0, atMs - correctionMs));
  switch (event.kind) {
    case "device.connectivity":
      return { ...event, sinceMs: corrected(event.sinceMs) };
    case "device.conduct":
      return { ...event, ...clockAgainst(event.clock, correctionMs) };
    case "notification.ack":
      return { ...event, atMs: corrected(event.atMs) };
    case "telemetry.dropped":
      return { ...event, fromMs: corrected(event.fromMs), toMs: corrected(event.toMs) };
    case "job.begun":
    case "job.state":
    case "job.progress":
    case "job.skipped":
      // A slot is a name, and a deadline is what the cloud had said: only when it happened is the clock's word.
      return { ...event, atMs: corrected(event.atMs) };
    case "job.log":
      return { ...event, lines: event.lines.map((line) => ({ ...line, atMs: corrected(line.atMs) })) };
    default:
      return event;
  }
}

/** What a gateway whose clock is wrong says of a device's: that may well be right. */
function clockAgainst(clock: Conduct["clock"], correctionMs: number): Pick<Conduct, "clock"> {
  if (clock === undefined) return {};
  const aheadMs = clock.aheadMs + correctionMs;
  return { clock: Math.abs(aheadMs) < DATED_WRONG_MS ? undefined : { aheadMs } };
}

/** Newest values, which are of just now by whichever clock stamped them. */
export function correctedLive(readings: Live["readings"], skewMs: number, nowMs: number): Live["readings"] {
  const correctionMs = correctionOf(skewMs);
  if (correctionMs === 0) return readings;
  return readings.map((reading) => {
    const ownAgeMs = Math.abs(nowMs - reading.atMs);
    const correctedMs = reading.atMs - correctionMs;
    return Math.abs(nowMs - correctedMs) < ownAgeMs ? { ...reading, atMs: correctedMs } : reading;
  });
}
