/**
 * The acknowledgements a session owes, in the order of the packets they answer (MQTT 3.1.1 section 4.6): each is sent
 * when its message is durable and all before it were sent. Those that become due together share one write.
 */
export class Replies {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #failed: (error: unknown) => void;
  #owed: { durable: Promise<void>; bytes: number[]; due: boolean }[] = [];
  #count = 0;
  #ended = false;

  constructor(write: (bytes: Uint8Array) => void, failed: (error: unknown) => void) {
    this.#write = write;
    this.#failed = failed;
  }

  /** How many acknowledgements are owed. */
  get count(): number {
    return this.#count;
  }

  /** Owes `type` (its first byte: PUBACK 0x40, PUBREC 0x50, PUBCOMP 0x70) for a packet id, once `durable` resolves. */
  owe(type: number, packetId: number, durable: Promise<void>): void {
    this.#count += 1;
    const newest = this.#owed.at(-1);
    if (newest?.durable === durable && !newest.due) {
      newest.bytes.push(type, 2, packetId >> 8, packetId & 0xff);
      return;
    }
    const group = { durable, bytes: [type, 2, packetId >> 8, packetId & 0xff], due: false };
    this.#owed.push(group);
    durable.then(
      () => {
        group.due = true;
        if (this.#owed[0] === group) this.#send();
      },
      (error: unknown) => {
        if (!this.#ended) this.#failed(error);
      },
    );
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
    this.#owed = [];
    this.#count = 0;
  }

  #send(): void {
    const firstOpen = this.#owed.findIndex((group) => !group.due);
    const due = this.#owed.splice(0, firstOpen < 0 ? this.#owed.length : firstOpen);
    const bytes = due.length === 1 ? due[0]!.bytes : due.flatMap((group) => group.bytes);
    this.#count -= bytes.length / 4;
    this.#write(Uint8Array.from(bytes));
  }
}
