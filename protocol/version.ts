/**
 * The version of everything that crosses the line between a gateway and the cloud: frames, logs, entry kinds,
 * chunk format. One integer. A side that speaks `PROTOCOL_VERSION` understands every version down to
 * `PROTOCOL_VERSION_MIN`; the two sides use the highest version both understand.
 *
 * An added optional field or a new entry kind does not need a new version (absent means "as before"; unknown
 * kinds are kept and skipped). A changed meaning does.
 *
 * History:
 * - 1 (2026-11-23): challenge, hello, welcome, refuse; streams `urgent`, `bulk` and `down` with entries and
 *   acknowledgements; watch, live, flush, flushed; chunk format 1. Later, without a new version: packed frames for
 *   who says that it reads them, thinned chunks, and the clock frame.
 */
export const PROTOCOL_VERSION = 1;

/** The oldest version this code still understands. */
export const PROTOCOL_VERSION_MIN = 1;

/**
 * Picks the version two sides will speak, or `null` when their ranges do not meet.
 * `theirs` is the range the other side announced, both ends included.
 */
export function agreeVersion(theirs: { min: number; max: number }): number | null {
  const best = Math.min(theirs.max, PROTOCOL_VERSION);
  return best >= Math.max(theirs.min, PROTOCOL_VERSION_MIN) ? best : null;
}
