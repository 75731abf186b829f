import type { Kysely } from "kysely";
import { provenanceOf } from "../../../protocol/devices/provenance.ts";
import { type Address, PLATFORMS, type PlatformName } from "../../../protocol/notifications/address.ts";
import { CHANNELS, type Channel } from "../../../protocol/notifications/channel.ts";
import type { PreviewInput } from "../../../protocol/notifications/notification.ts";
import type { LeftOut, Reach } from "../../../protocol/notifications/reach.ts";
import type { NotificationTargets } from "../../../protocol/notifications/targets.ts";
import type { Random } from "../../../protocol/random.ts";
import type { Tables } from "../../database/tables.ts";
import { hintOf } from "../endpoint-store.ts";
import { Drafts } from "../engine/drafts.ts";
import { nextWay } from "../engine/fallback.ts";
import { DEVICE_LANE } from "../engine/lane-names.ts";
import { WAITING } from "../engine/queue.ts";
import { type MeantPerson, selectPeople } from "../engine/sources.ts";
import type { DeliveryRow, KnownNotification } from "../engine/spec.ts";
import { reachDevices } from "./device-reach.ts";
import { ReachTally } from "./reach-tally.ts";

/**
 * Who would get a notification if it were sent now, and who would not. People and addresses go through the very drafts
 * that are sent from; devices, of which there may be very many, are counted by the database.
 */

const AT_ONCE = 500;

export interface ReachParts {
  db: Kysely<Tables>;
  random: Random;
  /** Whether messages to addresses of a channel can be sent at all. Of `mqtt`: to a broker elsewhere. */
  sendsBy(organizationId: string, channel: Channel): Promise<boolean>;
}

export async function reachOf(
  parts: ReachParts,
  organizationId: string,
  spec: KnownNotification["spec"],
  input: PreviewInput & { targets: NotificationTargets },
  nowMs: number,
): Promise<Reach> {
  const able = new Set<Channel>();
  for (const channel of CHANNELS) if (await parts.sendsBy(organizationId, channel)) able.add(channel);
  const tally = new ReachTally();
  const { targets, siteHours } = input;
  const meant = PLATFORMS.filter((platform) => spec.channels?.includes(platform) ?? true);
  const ways = { meant, able: meant.filter((platform) => able.has(platform)) };
  await reachDevices(parts.db, organizationId, targets, ways, siteHours, nowMs, tally);
  const row = { id: "", organization_id: organizationId };
  const drafts = new Drafts({ spec, row, isPersonal: false }, nowMs, nowMs, parts.random);
  const others = new Others(parts.db, organizationId, spec, drafts, able, tally);
  await others.people(targets);
  await others.endpoints(targets);
  others.addresses(targets);
  return tally.reached;
}

/** All but devices. */
class Others {
  readonly #db: Kysely<Tables>;
  readonly #organizationId: string;
  readonly #spec: KnownNotification["spec"];
  readonly #drafts: Drafts;
  readonly #able: ReadonlySet<Channel>;
  readonly #tally: ReachTally;

  constructor(
    db: Kysely<Tables>,
    organizationId: string,
    spec: KnownNotification["spec"],
    drafts: Drafts,
    able: ReadonlySet<Channel>,
    tally: ReachTally,
  ) {
    this.#db = db;
    this.#organizationId = organizationId;
    this.#spec = spec;
    this.#drafts = drafts;
    this.#able = able;
    this.#tally = tally;
  }

  async people(targets: NotificationTargets): Promise<void> {
    for (let after: string | null = ""; after !== null; ) {
      const some = await selectPeople(this.#db, this.#organizationId, targets, after, AT_ONCE);
      const without = some.filter((person) => !this.#judge(this.#waysTo(person), asPerson(person)));
      const disabled = await this.#disabledOf(without);
      for (const person of without) this.#leave(person, disabled.get(person.id) ?? []);
      after = some.length < AT_ONCE ? null : some.at(-1)!.id;
    }
  }

  async endpoints({ endpoints = [] }: NotificationTargets): Promise<void> {
    if (endpoints.length === 0) return;
    const rows = await this.#db
      .selectFrom("push_endpoint")
      .leftJoin("device", "device.id", "push_endpoint.device_id")
      .selectAll("push_endpoint")
      .select("device.provenance")
      .where("push_endpoint.organization_id", "=", this.#organizationId)
      .where("push_endpoint.id", "in", endpoints)
      .execute();
    for (const row of rows) {
      const name = row.label || hintOf(JSON.parse(row.address) as Address);
      const provenance = provenanceOf(row.provenance === "simulated");
      const who = { kind: "endpoint", id: row.id, name, provenance } as const;
      const channels = [row.platform as PlatformName];
      if (row.disabled_ms !== null) this.#tally.leave("disabled", [{ ...who, channels }]);
      else if (!this.#judge(this.#drafts.endpoint(row), who))
        this.#tally.leave("channel", [{ ...who, channels }]);
    }
  }

  addresses({ addresses = [] }: NotificationTargets): void {
    for (const address of addresses) {
      const who = { kind: "address", id: null, name: hintOf(address), provenance: "real" } as const;
      if (!this.#judge(this.#drafts.address(address), who))
        this.#tally.leave("channel", [{ ...who, channels: [address.platform] }]);
    }
  }

  /** The deliveries to somebody; where one way comes after the other, of the first that can be gone. */
  #waysTo(person: MeantPerson): DeliveryRow[] {
    if (this.#spec.fallback === null) return this.#drafts.person(person);
    const rows: DeliveryRow[] = [];
    for (let step = 0; ; ) {
      const way = nextWay({ spec: this.#spec }, this.#drafts, person, step);
      if (way === null) return rows;
      if (way.rows.some((row) => this.#isAble(row))) return way.rows;
      rows.push(...way.rows);
      step = way.step + 1;
    }
  }

  /** Whether these deliveries say what becomes of them; false when there are none. */
  #judge(rows: readonly DeliveryRow[], who: Omit<LeftOut, "channels">): boolean {
    if (rows.length === 0) return false;
    const able = rows.filter((row) => this.#isAble(row));
    const going = able.filter(({ state }) => state === "queued");
    if (going.length === 0) {
      const reason = able.length > 0 ? "quiet-hours" : "not-configured";
      this.#tally.leave(reason, [{ ...who, channels: channelsOf(able.length > 0 ? able : rows) }]);
      return true;
    }
    const isLater = (some: readonly DeliveryRow[]) => Number(some.every(({ queue }) => queue === WAITING));
    this.#tally.reach(1, isLater(going));
    for (const [channel, own] of Map.groupBy(going, (row) => row.channel as Channel))
      this.#tally.by(channel, 1, isLater(own));
    return true;
  }

  #isAble({ channel, lane }: DeliveryRow): boolean {
    return lane === DEVICE_LANE || this.#able.has(channel as Channel);
  }

  #leave(person: MeantPerson, disabled: readonly PlatformName[]): void {
    const meant: readonly Channel[] =
      this.#spec.fallback?.order ?? this.#spec.channels ?? PLATFORMS.filter((one) => one !== "mqtt");
    const ended = disabled.filter((platform) => meant.includes(platform));
    const elsewhere = [...new Set(person.endpoints.map(({ platform }) => platform as PlatformName))];
    const leave = (reason: Parameters<ReachTally["leave"]>[0], channels: Channel[]) =>
      this.#tally.leave(reason, [{ ...asPerson(person), channels }]);
    if (meant.includes("email") && !person.mayBeMailed) leave("no-letters", ["email"]);
    else if (ended.length > 0) leave("disabled", ended);
    else if (elsewhere.length > 0) leave("channel", elsewhere);
    else leave("no-endpoint", []);
  }

  async #disabledOf(people: readonly MeantPerson[]): Promise<Map<string, PlatformName[]>> {
    if (people.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom("push_endpoint")
      .select(["user_id", "platform"])
      .distinct()
      .where("organization_id", "=", this.#organizationId)
      .where(
        "user_id",
        "in",
        people.map(({ id }) => id),
      )
      .where("disabled_ms", "is not", null)
      .execute();
    const byPerson = Map.groupBy(rows, ({ user_id }) => user_id ?? "");
    return new Map(
      [...byPerson].map(([id, own]) => [id, own.map(({ platform }) => platform as PlatformName)]),
    );
  }
}

const asPerson = ({ id, name }: MeantPerson) => ({ kind: "person", id, name, provenance: "real" }) as const;

const channelsOf = (rows: readonly DeliveryRow[]): Channel[] => [
  ...new Set(rows.map(({ channel }) => channel as Channel)),
];
