/** A device as browsers and its gateway name it. */
export interface WatchedDevice {
  id: string;
  organizationId: string;
  gatewayId: string;
  /** Its key at its gateway. */
  key: string;
}

/** A gateway's device that somebody looks at. */
export interface Watched<Watcher> {
  readonly id: string;
  readonly organizationId: string;
  /** Its values are among its organisation's events after this one. */
  readonly sinceSeq: number;
  readonly watchers: Set<Watcher>;
}

/** Who looks at which devices. Knows for each gateway what all its watchers want together. */
export class Watches<Watcher> {
  readonly #byWatcher = new Map<Watcher, readonly WatchedDevice[]>();
  readonly #byGateway = new Map<string, Map<string, Watched<Watcher>>>();

  /**
   * `watcher` now looks at these devices and no others; `seq` is that of their organisation's newest event. Returns the
   * gateways for which something changed.
   */
  set(watcher: Watcher, devices: readonly WatchedDevice[], seq: number): Set<string> {
    const before = this.#byWatcher.get(watcher) ?? [];
    const changed = new Set<string>();
    const kept = new Set(devices.map(({ id }) => id));
    for (const device of before) if (!kept.has(device.id)) this.#remove(watcher, device, changed);
    for (const device of devices) this.#add(watcher, device, seq, changed);
    if (devices.length === 0) this.#byWatcher.delete(watcher);
    else this.#byWatcher.set(watcher, devices);
    return changed;
  }

  /** The keys of the gateway's devices that anybody looks at. */
  keysOf(gatewayId: string): string[] {
    return [...(this.#byGateway.get(gatewayId)?.keys() ?? [])];
  }

  /** The devices it looks at, each with the newest event there was when somebody began to. */
  of(watcher: Watcher): Map<string, number> {
    const devices = this.#byWatcher.get(watcher) ?? [];
    return new Map(devices.map(({ id, gatewayId, key }) => [id, this.find(gatewayId, key)?.sinceSeq ?? 0]));
  }

  /** A gateway's device; undefined when nobody looks at it. */
  find(gatewayId: string, key: string): Watched<Watcher> | undefined {
    return this.#byGateway.get(gatewayId)?.get(key);
  }

  #add(watcher: Watcher, device: WatchedDevice, sinceSeq: number, changed: Set<string>): void {
    const { id, organizationId, gatewayId, key } = device;
    let devices = this.#byGateway.get(gatewayId);
    if (devices === undefined) {
      devices = new Map();
      this.#byGateway.set(gatewayId, devices);
    }
    const known = devices.get(key);
    if (known !== undefined) known.watchers.add(watcher);
    else {
      devices.set(key, { id, organizationId, sinceSeq, watchers: new Set([watcher]) });
      changed.add(gatewayId);
    }
  }

  #remove(watcher: Watcher, { gatewayId, key }: WatchedDevice, changed: Set<string>): void {
    const devices = this.#byGateway.get(gatewayId);
    const known = devices?.get(key);
    if (devices === undefined || known === undefined) return;
    known.watchers.delete(watcher);
    if (known.watchers.size > 0) return;
    devices.delete(key);
    if (devices.size === 0) this.#byGateway.delete(gatewayId);
    changed.add(gatewayId);
  }
}
