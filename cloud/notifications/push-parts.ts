import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import type { Note } from "../audit/audit.ts";
import type { MasterKeys } from "../config/master-keys.ts";
import type { CloudDatabase } from "../database/database.ts";
import { createKeys, type Keys } from "../keys/keys.ts";
import { createOutbound, type Outbound, systemResolve } from "../outbound/outbound.ts";
import { KeptBrokerSessions } from "./broker-sessions.ts";
import { type Credentials, createCredentials } from "./credentials.ts";
import { type AppendDown, DeviceOutbox } from "./device-outbox.ts";
import { Gates } from "./engine/gates.ts";
import type { ChannelLimits } from "./engine/lane-names.ts";
import type { PlatformHosts } from "./platforms/platform.ts";
import { Recipients } from "./recipients.ts";
import { Senders } from "./senders.ts";
import { createVapid, type Vapid } from "./vapid.ts";

/** What `Push` is made of, and whoever else sends: made once, and shared. */
export interface PushParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** `Audit.note` */
  note: Note;
  keys: Keys;
  outbound: Outbound;
  vapid: Vapid;
  credentials: Credentials;
  outbox: DeviceOutbox;
  senders: Senders;
  brokerSessions: KeptBrokerSessions;
  recipients: Recipients;
  gates: Gates;
}

/** What whoever runs the service sets about sending. */
export interface PushSettings {
  masterKeys: MasterKeys;
  /** The service's credentials by platform. */
  credentials: Readonly<Record<string, unknown>>;
  hosts: Omit<PlatformHosts, "authority">;
  /** Origins that are reached wherever they are, and by this authority's certificates. */
  allowed: readonly string[];
  authority: string | null;
  /** How much each channel is handed. */
  limits: ChannelLimits;
}

export function createPushParts(
  given: Pick<PushParts, "db" | "clock" | "random" | "note"> & {
    publicUrl: string;
    settings: PushSettings;
    appendDown: AppendDown;
  },
): PushParts {
  const { db, clock, random, note, publicUrl, settings } = given;
  const { masterKeys, allowed, authority } = settings;
  const keys = createKeys({ db, clock, random, masterKeys });
  const outbound = createOutbound({ clock, resolve: systemResolve, fetch, allowed, authority });
  const vapid = createVapid({ db, keys, clock, random, subject: subjectOf(publicUrl) });
  const credentials = createCredentials({ db, keys, ofService: settings.credentials });
  const outbox = new DeviceOutbox(db, given.appendDown);
  const hosts = { ...settings.hosts, authority };
  const brokerSessions = new KeptBrokerSessions(db, clock, random);
  const senders = new Senders({
    ...{ clock, random, outbound, vapid, hosts, credentials, outbox, brokerSessions },
  });
  const recipients = new Recipients(db, clock);
  const gates = new Gates(settings.limits, clock);
  return {
    ...{ db, clock, random, note, keys, outbound, vapid, credentials, outbox, senders, recipients, gates },
    brokerSessions,
  };
}

/** RFC 8292 section 2.1: whom to turn to. Push services refuse an address that is not on the web. */
function subjectOf(publicUrl: string): string {
  const { protocol, hostname, origin } = new URL(publicUrl);
  return protocol === "https:" && hostname !== "localhost"
    ? origin
    : "mailto:webmaster@localhost.localdomain";
}
