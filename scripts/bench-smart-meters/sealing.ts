/**
 * When a gateway seals what a meter sends evenly ([decision 0014](../../docs/decisions/0014-sealing-in-patience.md)):
 * after `telemetry.seal-after-seconds` if that makes a hundred readings, else when there are a hundred, at the latest
 * after five times as long.
 */
export function chunkSeconds({
  sealAfterSeconds,
  periodSeconds,
}: {
  sealAfterSeconds: number;
  periodSeconds: number;
}): number {
  return Math.min(Math.max(ENOUGH_READINGS * periodSeconds, sealAfterSeconds), PATIENCE * sealAfterSeconds);
}

const ENOUGH_READINGS = 100;
const PATIENCE = 5;
