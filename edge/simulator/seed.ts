import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";

/**
 * The dice of one device for one purpose. They depend on the scenario's seed and on the names alone, so that a device
 * behaves the same whatever other devices the scenario has, and one purpose does not disturb another.
 */
export function randomOf(seed: number, device: string, purpose: string): Random {
  return seededRandom(fnv1a(`${seed}/${device}/${purpose}`));
}

/** FNV-1a, 32 bits: the same number for the same text on every machine. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
