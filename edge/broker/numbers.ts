import type { Duplex } from "node:stream";
import type { Aedes, AedesPublishPacket, Client } from "aedes";

/** What aedes keeps at a client, by the broker's id: the number of the last packet that it has sent to it. */
type Numbered = Client & { duplicates: Record<string, number> };

/**
 * aedes numbers what is published, and takes a packet whose number is not above the last that it has sent to a client for one that it has
 * sent: so what several filters match comes once. A command has its number when it is queued and is published when it is on the disk, and would be
 * lost, and taken out of the queue, where the client was sent something else meanwhile. Here only the same number is taken for the same packet: all
 * filters are asked before another is published.
 */
export class Numbers {
  readonly #newest = new WeakMap<Client, number>();

  /** Hands a line to aedes, which takes nothing for sent before to the client that it gives. */
  handle(aedes: Aedes, line: Duplex): Client {
    const client = aedes.handle(line) as Numbered;
    Object.defineProperty(client.duplicates, aedes.id, { get: () => 0, set: () => undefined });
    return client;
  }

  /** Whether the client was sent this just now, as another filter of its matches it too. What comes from its queue has a message id. */
  wasSent(client: Client, { brokerId, brokerCounter, messageId }: AedesPublishPacket): boolean {
    if (!brokerId || messageId !== undefined) return false;
    if (this.#newest.get(client) === brokerCounter) return true;
    this.#newest.set(client, brokerCounter);
    return false;
  }
}
