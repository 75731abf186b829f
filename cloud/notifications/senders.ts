import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Address, PlatformName } from "../../protocol/notifications/address.ts";
import { type Outcome, refused } from "../../protocol/notifications/outcome.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { KeptBrokerSessions } from "./broker-sessions.ts";
import type { Credentials } from "./credentials.ts";
import type { DeviceOutbox } from "./device-outbox.ts";
import type { BrokerSessions } from "./platforms/broker-session.ts";
import type { Handing, PlatformParts, Sender } from "./platforms/platform.ts";
import { platformOf } from "./platforms/platforms.ts";
import { type Trouble, Troubles } from "./troubles.ts";

/** A message on its way to an address of any platform. */
export type AnyHanding = Omit<Handing<PlatformName>, "address"> & { address: Address };

export interface SendersParts extends Omit<PlatformParts, "toDevice" | "sessions"> {
  credentials: Credentials;
  outbox: DeviceOutbox;
  brokerSessions: KeptBrokerSessions;
}

interface Kept {
  sender: Promise<Result<Sender<PlatformName>>>;
  /** When it is there. */
  opened: Sender<PlatformName> | null;
  changedMs: number | null;
  lookedMs: number;
}

/** Another process may have been given other credentials. */
const LOOK_EVERY_MS = MINUTE;
/** Of each organisation and platform one; each holds connections. */
const KEPT_MAX = 500;

/** The open senders of all organisations, made when they are first needed. */
export class Senders {
  readonly #parts: SendersParts;
  readonly #kept = new Map<string, Kept>();
  readonly #troubles: Troubles;

  constructor(parts: SendersParts) {
    this.#parts = parts;
    this.#troubles = new Troubles(parts.clock);
  }

  /** Hands it over. What fails is told as an outcome. */
  hand(organizationId: string, handing: AnyHanding): Promise<Outcome> {
    const { platform } = handing.address;
    const key = keyOf(organizationId, platform);
    const heard = (outcome: Outcome): Outcome => {
      this.#troubles.heard(key, outcome);
      return outcome;
    };
    const kept = this.#kept.get(key);
    // Thousands a second come this way, so it has no more steps than it needs.
    if (kept !== undefined && kept.opened !== null && this.#isFresh(kept))
      return kept.opened.send(handing as Handing<PlatformName>).then(heard);
    return this.#senderOf(organizationId, platform)
      .then((sender) =>
        sender.ok ? sender.value.send(handing as Handing<PlatformName>) : refused(sender.refusal.detail),
      )
      .then(heard);
  }

  /** That these were sent is durable: they will not be handed over again. */
  written(organizationId: string, platform: PlatformName, ids: readonly string[]): void {
    // Whoever is made later asks the database.
    this.#kept.get(keyOf(organizationId, platform))?.opened?.written?.(ids);
  }

  /** As `Sender.qos`. */
  qos(organizationId: string, platform: PlatformName): 1 | 2 | null {
    return this.#kept.get(keyOf(organizationId, platform))?.opened?.qos?.() ?? null;
  }

  /** Goes on with what was under way when the last process died. */
  async resume(): Promise<void> {
    for (const organizationId of await this.#parts.brokerSessions.owing()) {
      const sender = await this.#senderOf(organizationId, "mqtt");
      if (sender.ok) sender.value.resume?.();
    }
  }

  /** Null while the platform takes messages, or was handed none. */
  trouble(organizationId: string, platform: PlatformName): Trouble | null {
    return this.#troubles.get(keyOf(organizationId, platform));
  }

  /** Makes one of credentials that are not kept yet, to try them. Codes: as `Platform.open`. */
  open(organizationId: string, platform: PlatformName, credentials: unknown): Result<Sender<PlatformName>> {
    return this.#open(organizationId, platform, credentials, null);
  }

  #open(
    organizationId: string,
    platform: PlatformName,
    credentials: unknown,
    sessions: BrokerSessions | null,
  ): Result<Sender<PlatformName>> {
    const { outbox } = this.#parts;
    return platformOf(platform).open(credentials, {
      ...{ ...this.#parts, sessions },
      toDevice: (handing) => outbox.send(organizationId, handing),
    });
  }

  /** The organisation's credentials are others now. */
  drop(organizationId: string, platform: PlatformName): void {
    const key = keyOf(organizationId, platform);
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    this.#troubles.forget(key);
    kept?.sender.then((sender) => sender.ok && sender.value.close()).catch(() => undefined);
  }

  close(): void {
    for (const key of [...this.#kept.keys()]) {
      const [organizationId, platform] = key.split(" ") as [string, PlatformName];
      this.drop(organizationId, platform);
    }
  }

  async #senderOf(organizationId: string, platform: PlatformName): Promise<Result<Sender<PlatformName>>> {
    const key = keyOf(organizationId, platform);
    const nowMs = this.#parts.clock.monotonicMs();
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#isFresh(kept)) return kept.sender;
    if (kept !== undefined) {
      kept.lookedMs = nowMs;
      if (kept.changedMs === (await this.#parts.credentials.changedMs(organizationId, platform)))
        return kept.sender;
      this.drop(organizationId, platform);
    }
    if (this.#kept.size >= KEPT_MAX) this.#dropOldest();
    const made: Kept = {
      ...{ sender: this.#make(organizationId, platform), opened: null, changedMs: null, lookedMs: nowMs },
    };
    this.#kept.set(key, made);
    const sender = await made.sender;
    if (sender.ok) made.opened = sender.value;
    // Entered a moment later, they count at once.
    else if (this.#kept.get(key) === made) this.#kept.delete(key);
    return sender;
  }

  /** Whether it need not be looked whether its credentials are others by now. */
  #isFresh({ lookedMs }: Kept): boolean {
    return this.#parts.clock.monotonicMs() - lookedMs < LOOK_EVERY_MS;
  }

  async #make(organizationId: string, platform: PlatformName): Promise<Result<Sender<PlatformName>>> {
    const found = await this.#parts.credentials.find(organizationId, platform);
    if (!found.ok) return found;
    if (found.value === null)
      return refuse("push.not-configured", `there are no credentials for ${platform}`);
    const sessions = this.#parts.brokerSessions.of(organizationId);
    const sender = this.#open(organizationId, platform, found.value.value, sessions);
    const kept = this.#kept.get(keyOf(organizationId, platform));
    if (kept !== undefined) kept.changedMs = found.value.changedMs;
    return sender.ok ? accept(sender.value) : sender;
  }

  #dropOldest(): void {
    const [oldest = ""] = this.#kept.keys();
    const [organizationId, platform] = oldest.split(" ") as [string, PlatformName];
    this.drop(organizationId, platform);
  }
}

const keyOf = (organizationId: string, platform: PlatformName): string => `${organizationId} ${platform}`;
