/** A device as browsers and its gateway name it. */
export interface WatchedDevice {
  id: string;
  gatewayId: string;
  /** Its key at its gateway. */
  key: string;
}

/** Who looks at which devices. Knows for each gateway what all its watchers want together. */
export class Watches<Watcher> {
  readonly #byWatcher = new Map<Watcher, readonly WatchedDevice[]>();
  readonly #byGateway = new Map<string, Map<string, { id: string; watchers: Set<Watcher> }>>();

  /** `watcher` now looks at these devices and no others. Returns the gateways for which something changed. */
  set(watcher: Watcher, devices: readonly WatchedDevice[]): Set<string> {
    const before = this.#byWatcher.get(watcher) ?? [];
    const changed = new Set<string>();
    const kept = new Set(devices.map(({ id }) => id));
    for (const device of before) if (!kept.has(device.id)) this.#remove(watcher, device, changed);
    for (const device of devices) this.#add(watcher, device, changed);
    if (devices.length === 0) this.#byWatcher.delete(watcher);
    else this.#byWatcher.set(watcher, devices);
    return changed;
  }

  /** The keys of the gateway's devices that anybody looks at. */
  keysOf(gatewayId: string): string[] {
    return [...(this.#byGateway.get(gatewayId)?.keys() ?? [])];
  }

  /** The id and the watchers of a gateway's device; undefined when nobody looks at it. */
  find(gatewayId: string, key: string): { id: string; watchers: ReadonlySet<Watcher> } | undefined {
    return this.#byGateway.get(gatewayId)?.get(key);
  }

  #add(watcher: Watcher, { id, gatewayId, key }: WatchedDevice, changed: Set<string>): void {
    let devices = this.#byGateway.get(gatewayId);
    if (devices === undefined) {
      devices = new Map();
      this.#byGateway.set(gatewayId, devices);
    }
    const known = devices.get(key);
    if (known !== undefined) known.watchers.add(watcher);
    else {
      devices.set(key, { id, watchers: new Set([watcher]) });
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
