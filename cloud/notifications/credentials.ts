import type { Transaction } from "kysely";
import { accept, RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { PLATFORMS, type PlatformName } from "../../protocol/notifications/address.ts";
import { check } from "../../protocol/validate.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Keys } from "../keys/keys.ts";
import { platformOf } from "./platforms/platforms.ts";

/**
 * The platforms' credentials: each organisation's own, sealed at rest; else the service's, from its configuration.
 * Opened where a sender is made, and nowhere shown.
 */
export interface Credentials {
  /** What to send with. Null: there are none. Code: `secret.unreadable`. */
  find(organizationId: string, platform: PlatformName): Promise<Result<Found | null>>;
  /** Whether there is something to send with; of `mqtt`, to a broker elsewhere. */
  has(organizationId: string, platform: PlatformName): Promise<boolean>;
  /** When the organisation's own were last entered; null when there are none. */
  changedMs(organizationId: string, platform: PlatformName): Promise<number | null>;
  put(
    trx: Transaction<Tables>,
    organizationId: string,
    platform: PlatformName,
    value: unknown,
  ): Promise<void>;
  remove(trx: Transaction<Tables>, organizationId: string, platform: PlatformName): Promise<boolean>;
}

export interface Found {
  source: "organization" | "service" | "built-in";
  value: unknown;
  /** Null of the service's. */
  changedMs: number | null;
}

export interface CredentialsParts {
  db: CloudDatabase;
  keys: Keys;
  /** By platform, as the configuration's file has them. */
  ofService: Readonly<Record<string, unknown>>;
}

/** Throws a RefusalError with `config.invalid` when the service's are not as they must be. */
export function createCredentials({ db, keys, ofService }: CredentialsParts): Credentials {
  const service = readService(ofService);
  const nameOf = (owner: string, platform: PlatformName) => ({ owner, purpose: `push:${platform}` });

  const changedMs: Credentials["changedMs"] = async (organizationId, platform) => {
    const { owner, purpose } = nameOf(organizationId, platform);
    const row = await db.read
      .selectFrom("secret")
      .select("updated_ms")
      .where("owner", "=", owner)
      .where("purpose", "=", purpose)
      .executeTakeFirst();
    return row?.updated_ms ?? null;
  };

  return {
    changedMs,
    has: async (organizationId, platform) =>
      platform === "web-push" ||
      service.has(platform) ||
      (await changedMs(organizationId, platform)) !== null,
    async find(organizationId, platform) {
      const own = await keys.get(db.read, nameOf(organizationId, platform));
      if (!own.ok) return own;
      if (own.value !== null) {
        const value: unknown = JSON.parse(own.value);
        return accept({
          source: "organization",
          value,
          changedMs: await changedMs(organizationId, platform),
        });
      }
      if (service.has(platform))
        return accept({ source: "service", value: service.get(platform), changedMs: null });
      // Browsers need none, and neither do devices of one's own sites.
      const builtIn = platform === "web-push" || platform === "mqtt";
      return accept(builtIn ? { source: "built-in", value: null, changedMs: null } : null);
    },
    put: (trx, organizationId, platform, value) =>
      keys.put(trx, nameOf(organizationId, platform), JSON.stringify(value)),
    remove: (trx, organizationId, platform) => keys.remove(trx, nameOf(organizationId, platform)),
  };
}

/** Checked as people's are. Code: `request.invalid`, at the fields; `record.not-found` of one that takes none. */
export function readCredentials(platform: PlatformName, input: unknown): Result<unknown> {
  const { credentials } = platformOf(platform);
  if (credentials === null || input === null)
    return refuse("record.not-found", `${platform} takes no credentials`);
  return check(credentials, input);
}

function readService(ofService: Readonly<Record<string, unknown>>): Map<PlatformName, unknown> {
  const read = new Map<PlatformName, unknown>();
  for (const [name, input] of Object.entries(ofService)) {
    const platform = PLATFORMS.find((one) => one === name);
    const checked =
      platform === undefined
        ? refuse("config.invalid", `${name} is no platform; they are ${PLATFORMS.join(", ")}`)
        : readCredentials(platform, input);
    if (!checked.ok) {
      const detail = `push.credentials: ${name}: ${checked.refusal.detail}`;
      throw new RefusalError(refuse("config.invalid", detail).refusal);
    }
    read.set(platform!, checked.value);
  }
  return read;
}
