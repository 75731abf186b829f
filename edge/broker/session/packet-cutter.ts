/**
 * Cuts an MQTT byte stream into packets by their fixed header: a type byte, then the length of the rest in one to four
 * bytes of seven bits (MQTT 3.1.1 section 2.2). A packet of hundreds of megabytes is noticed with its first bytes and
 * never gathered in memory.
 */
export class PacketCutter {
  readonly #maxBytes: number;
  readonly #onPacket: (firstByte: number, body: Buffer) => boolean;
  /** The beginning of a packet whose end has not come. */
  #partial: Buffer = EMPTY;
  #partialLength = 0;

  /**
   * `onPacket` gets every complete packet's first byte and its body, a view that is valid during the call only; it
   * gives false to end the cutting.
   */
  constructor(maxBytes: number, onPacket: (firstByte: number, body: Buffer) => boolean) {
    this.#maxBytes = maxBytes;
    this.#onPacket = onPacket;
  }

  /**
   * Takes the next bytes. Gives the announced size of a packet that is too large, Infinity for one without a valid
   * fixed header, else null. After that, or after `onPacket` gave false, it must not be called again.
   */
  take(bytes: Buffer): number | null {
    if (this.#partialLength === 0) return this.#cut(bytes);
    this.#append(bytes);
    const gathered = this.#partial.subarray(0, this.#partialLength);
    // Most of the time the packet is still not whole: then nothing is copied again.
    if (missing(gathered) > 0) return this.#tooLarge(gathered);
    this.#partial = EMPTY;
    this.#partialLength = 0;
    return this.#cut(gathered);
  }

  #cut(bytes: Buffer): number | null {
    let at = 0;
    while (at < bytes.length) {
      if (!isClientPacket(bytes[at]!)) return Number.POSITIVE_INFINITY;
      let length = 0;
      let bodyAt = at + 1;
      for (let shift = 0; ; shift += 7) {
        if (shift > 21) return Number.POSITIVE_INFINITY;
        const byte = bytes[bodyAt];
        if (byte === undefined) {
          this.#append(bytes.subarray(at));
          return null;
        }
        bodyAt += 1;
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      if (length > this.#maxBytes) return length;
      const end = bodyAt + length;
      if (end > bytes.length) {
        this.#append(bytes.subarray(at));
        return null;
      }
      if (!this.#onPacket(bytes[at]!, bytes.subarray(bodyAt, end))) return null;
      at = end;
    }
    return null;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#partialLength + bytes.length;
    if (needed > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#partial.length * 2, 64));
      this.#partial.copy(larger, 0, 0, this.#partialLength);
      this.#partial = larger;
    }
    this.#partial.set(bytes, this.#partialLength);
    this.#partialLength = needed;
  }

  #tooLarge(gathered: Uint8Array): number | null {
    const length = lengthOf(gathered);
    return length !== null && length > this.#maxBytes ? length : null;
  }
}

const EMPTY = Buffer.alloc(0);

/** First bytes of the packets a client may send: type and reserved flags (MQTT 3.1.1 sections 2.2.1 and 2.2.2). */
const CLIENT_PACKETS = new Set([0x10, 0x40, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0]);
const PUBLISH = 0x30;

function isClientPacket(firstByte: number): boolean {
  return (firstByte & 0xf0) === PUBLISH ? (firstByte & 6) !== 6 : CLIENT_PACKETS.has(firstByte);
}

/** The announced length; null while its bytes are not all there, Infinity when they are not valid. */
function lengthOf(packet: Uint8Array): number | null {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = packet[index];
    if (byte === undefined) return null;
    length |= (byte & 0x7f) << (7 * (index - 1));
    if (byte < 0x80) return length;
  }
  return Number.POSITIVE_INFINITY;
}

/** Bytes that are missing until the first packet is whole, or at least one while that is not known. */
function missing(packet: Uint8Array): number {
  const length = lengthOf(packet);
  if (length === null) return 1;
  if (length === Number.POSITIVE_INFINITY) return 0;
  const header = length < 0x80 ? 2 : length < 0x4000 ? 3 : length < 0x20_0000 ? 4 : 5;
  return header + length - packet.length;
}
