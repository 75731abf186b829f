import { makeId } from "../../../protocol/ids.ts";
import { opensAt } from "../../../protocol/jobs/time-window.ts";
import type { Address, PlatformName } from "../../../protocol/notifications/address.ts";
import type { Channel } from "../../../protocol/notifications/channel.ts";
import type { Variables } from "../../../protocol/notifications/placeholders.ts";
import { quietUntil } from "../../../protocol/notifications/quiet-hours.ts";
import type { Random } from "../../../protocol/random.ts";
import { SECOND } from "../../../protocol/units.ts";
import { addressDigest, type EndpointRow, hintOf } from "../endpoint-store.ts";
import { EMAIL_LANE, laneOf, urgencyOf } from "./lane-names.ts";
import { ON_ITS_WAY_MS } from "./load.ts";
import { NOWHERE, READY, WAITING } from "./queue.ts";
import type { MeantDevice, MeantPerson } from "./sources.ts";
import { commonOf, type DeliveryRow, type KnownNotification, type NotificationRow } from "./spec.ts";

/** What is drafted for. */
export interface Drafted extends Pick<KnownNotification, "spec" | "isPersonal"> {
  row: Pick<NotificationRow, "id" | "organization_id">;
}

/** From recipients to deliveries: one for each address, with when it may go. Pure but for the ids. */
export class Drafts {
  readonly #of: Drafted;
  readonly #slotMs: number;
  readonly #nowMs: number;
  readonly #random: Random;

  constructor(of: Drafted, slotMs: number, nowMs: number, random: Random) {
    this.#of = of;
    this.#slotMs = slotMs;
    this.#nowMs = nowMs;
    this.#random = random;
  }

  /** To the device itself, through its gateway, and to the endpoints that are registered for it. */
  device(device: MeantDevice): DeliveryRow[] {
    const { spec } = this.#of;
    const dueMs =
      spec.siteHours === null ? this.#nowMs : opensAt(spec.siteHours, device.timeZone, this.#nowMs);
    const who = { kind: "device", id: device.id, name: device.name } as const;
    const own = {
      "device.id": device.id,
      "device.name": device.name,
      "site.id": device.siteId,
      "site.name": device.siteName,
    };
    const itself: Address[] = this.#takes("mqtt") ? [{ platform: "mqtt", device: device.id }] : [];
    return [
      ...itself.map((address) => this.#row({ who, address, dueMs, own })),
      ...this.#some(device.endpoints).map((endpoint) => this.#row({ who, endpoint, dueMs, own })),
    ];
  }

  /** To all of a person's own endpoints on the channels that are meant, or on one of them. */
  person(person: MeantPerson, only?: Channel): DeliveryRow[] {
    const { spec } = this.#of;
    const who = { kind: "person", id: person.id, name: person.name } as const;
    const common = { who, own: { "person.name": person.name }, language: person.language };
    const quiet = person.quietHours;
    const minds = quiet !== null && spec.quietHours !== "ignore" && commonOf(spec).priority !== "critical";
    const dueMs = minds ? quietUntil(quiet, this.#nowMs) : this.#nowMs;
    const isDropped = dueMs > this.#nowMs && spec.quietHours === "drop";
    const rest = { ...common, dueMs, dropped: isDropped ? "it came in the person's quiet hours" : null };
    const endpoints =
      only === undefined
        ? this.#some(person.endpoints)
        : person.endpoints.filter(({ platform }) => platform === only);
    const byLetter = person.mayBeMailed && (only === undefined ? this.#names("email") : only === "email");
    return [
      ...endpoints.map((endpoint) => this.#row({ ...rest, endpoint })),
      ...(byLetter ? [this.#row(rest)] : []),
    ];
  }

  endpoint(endpoint: EndpointRow): DeliveryRow[] {
    const name = endpoint.label || hintOf(JSON.parse(endpoint.address) as Address);
    const who = { kind: "endpoint", id: endpoint.id, name } as const;
    return this.#some([endpoint]).map((one) =>
      this.#row({ who, endpoint: one, dueMs: this.#nowMs, own: {} }),
    );
  }

  address(address: Address): DeliveryRow[] {
    if (!this.#takes(address.platform)) return [];
    const device = address.platform === "mqtt" ? address.device : undefined;
    const kind = device === undefined ? ("address" as const) : ("device" as const);
    const who = { kind, id: device ?? null, name: hintOf(address) };
    return [this.#row({ who, address, dueMs: this.#nowMs, own: {} })];
  }

  #some(endpoints: readonly EndpointRow[]): EndpointRow[] {
    return endpoints.filter(({ platform }) => this.#takes(platform as PlatformName));
  }

  #takes(channel: Channel): boolean {
    const { channels } = this.#of.spec;
    return channels === null || channels === undefined || channels.includes(channel);
  }

  #names(channel: Channel): boolean {
    return this.#of.spec.channels?.includes(channel) ?? false;
  }

  #row(given: {
    who: { kind: "device" | "person" | "endpoint" | "address"; id: string | null; name: string };
    endpoint?: EndpointRow;
    address?: Address;
    dueMs: number;
    own: Variables;
    language?: string | null;
    dropped?: string | null;
  }): DeliveryRow {
    const { who, endpoint, dueMs, own, language = null, dropped = null } = given;
    const { row, spec, isPersonal } = this.#of;
    const common = commonOf(spec);
    const address = endpoint === undefined ? given.address : (JSON.parse(endpoint.address) as Address);
    const channel: Channel = address?.platform ?? "email";
    const usefulMs = Math.max(common.timeToLiveSeconds * SECOND, ON_ITS_WAY_MS);
    return {
      id: makeId(this.#nowMs, this.#random),
      organization_id: row.organization_id,
      notification_id: row.id,
      slot_ms: this.#slotMs,
      channel,
      lane: address === undefined ? EMAIL_LANE : laneOf(row.organization_id, address),
      urgency: urgencyOf(common.priority),
      turn: 0,
      queue: dropped !== null ? NOWHERE : dueMs > this.#nowMs ? WAITING : READY,
      due_ms: dueMs,
      state: dropped === null ? "queued" : "dropped",
      reason: dropped,
      attempts: 0,
      recipient_kind: who.kind,
      recipient_id: who.id,
      recipient_name: who.name,
      simulated: 0,
      address_key:
        endpoint?.address_key ?? (address === undefined ? `email ${who.id}` : addressDigest(address)),
      endpoint_id: endpoint?.id ?? null,
      address: endpoint === undefined && address !== undefined ? JSON.stringify(address) : null,
      language,
      variables: isPersonal ? JSON.stringify(own) : null,
      collapse_key: common.collapseKey ?? null,
      created_ms: this.#nowMs,
      expires_ms: dueMs + usefulMs,
      ...{ sent_ms: null, delivered_ms: null, opened_ms: null, dismissed_ms: null },
    };
  }
}
