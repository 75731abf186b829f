/**
 * Watches an MQTT byte stream for packets that announce more than is allowed, from their fixed header alone
 * (MQTT 3.1.1 section 2.2.3: a type byte, then the remaining length in one to four bytes of seven bits). So a packet
 * of hundreds of megabytes is noticed with its first bytes and never gathered in memory.
 */
export class PacketSizeWatch {
  readonly #maxBytes: number;
  /** Bytes of the present packet's body that are still to come. */
  #bodyLeft = 0;
  /** Length bytes read of the present fixed header; -1 before its type byte. */
  #lengthBytes = -1;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes. Gives the announced size of a packet that is too large, or has no valid length, else null. */
  take(bytes: Uint8Array): number | null {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#bodyLeft > 0) {
        const passed = Math.min(this.#bodyLeft, bytes.length - offset);
        this.#bodyLeft -= passed;
        offset += passed;
        continue;
      }
      const announced = this.#header(bytes[offset]!);
      if (announced !== null) return announced;
      offset += 1;
    }
    return null;
  }

  #header(byte: number): number | null {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0;
      this.#length = 0;
      return null;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (byte >= 0x80) return this.#lengthBytes >= 4 ? Number.POSITIVE_INFINITY : null;
    if (this.#length > this.#maxBytes) return this.#length;
    this.#bodyLeft = this.#length;
    this.#lengthBytes = -1;
    return null;
  }
}
