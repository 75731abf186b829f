/**
 * What the decoder throws inside this folder when a chunk contradicts itself. The door turns it into the refusal
 * `chunk.invalid`; it never leaves the folder.
 */
export class DamagedError extends Error {
  override readonly name = "DamagedError";
}
