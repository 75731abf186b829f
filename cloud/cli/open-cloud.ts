import type { Logger } from "@logtape/logtape";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { type Cloud, createCloud } from "../cloud.ts";
import { readSecret } from "../config/secrets.ts";
import type { CloudSettings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openDataDirectory } from "./data-directory.ts";
import { passwords } from "./passwords.ts";

/** The control plane of a data directory, opened but not started: what `serve` runs and the other commands use. */
export async function openCloud(
  settings: CloudSettings,
  log: Logger,
  publicUrl: string,
): Promise<AsyncDisposable & { cloud: Cloud; db: CloudDatabase }> {
  const db = await openDataDirectory(settings.data);
  const cloud = createCloud({
    db,
    clock: systemClock,
    random: secureRandom,
    log,
    passwords,
    secret: readSecret(settings.data, secureRandom),
    publicUrl,
    signupOpen: settings.signup === "open",
    version: VERSION,
    limits: { perAddress: settings.perAddress, perPerson: settings.perPerson },
    retention: { rawDays: settings.rawDays, keepDays: settings.keepDays },
    sendResetLink: async (email, link) => {
      log.warn("somebody asked to set a new password; give them this link", { email, link });
    },
    sendInvitation: async (email, link, organization) => {
      log.warn("somebody was invited; give them this link", { email, organization, link });
    },
  });
  return { cloud, db, [Symbol.asyncDispose]: () => db.close() };
}
