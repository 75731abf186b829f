import { mayHear, mayPublishBeyond, maySubscribe } from "../../protocol/topics/acl.ts";
import { NO_GRANTS, type TopicGrants } from "../../protocol/topics/grants.ts";

/**
 * Who may use which topics, with what installers have granted beyond a device's own prefix. Every message is held
 * against it, so the grants are in memory; {@link read} brings them up to date.
 */
export class Permissions {
  readonly #devices: { topics(): ReadonlyMap<string, TopicGrants> };
  #grants: ReadonlyMap<string, TopicGrants> = new Map();

  constructor(devices: { topics(): ReadonlyMap<string, TopicGrants> }) {
    this.#devices = devices;
  }

  /** Reads again what was granted: a command beside the gateway may have changed it. */
  read(): void {
    this.#grants = this.#devices.topics();
  }

  /** To a topic that has no meaning to the gateway. */
  mayPublishBeyond(device: string, topic: string): boolean {
    const grants = this.#grants.get(device);
    return grants !== undefined && mayPublishBeyond(topic, grants);
  }

  maySubscribe(device: string, filter: string): boolean {
    return maySubscribe(device, filter, this.#grants.get(device) ?? NO_GRANTS);
  }

  mayHear(device: string, topic: string): boolean {
    return mayHear(device, topic, this.#grants.get(device) ?? NO_GRANTS);
  }
}
