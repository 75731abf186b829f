/** The connections of each device, oldest first. */
export class DeviceConnections<Client> {
  readonly #perDevice: number;
  readonly #clients = new Map<string, Set<Client>>();

  /** `perDevice` 0 sets no limit. */
  constructor(perDevice: number) {
    this.#perDevice = perDevice;
  }

  /**
   * A client has logged in as this device. Gives the one that has to go for it, if any: the oldest, because a device
   * that lost its connections without noticing must not be kept out by them.
   */
  add(device: string, client: Client): Client | null {
    const own = this.#clients.get(device) ?? new Set();
    this.#clients.set(device, own.add(client));
    if (this.#perDevice === 0 || own.size <= this.#perDevice) return null;
    const oldest = own.values().next().value!;
    own.delete(oldest);
    return oldest;
  }

  /** Those of a device. */
  of(device: string): ReadonlySet<Client> {
    return this.#clients.get(device) ?? new Set();
  }

  /** The client's connection has ended. */
  delete(device: string, client: Client): void {
    const own = this.#clients.get(device);
    own?.delete(client);
    if (own?.size === 0) this.#clients.delete(device);
  }
}
