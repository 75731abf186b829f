import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { RefusalError } from "../../protocol/errors.ts";
import { MIB } from "../../protocol/units.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { type Cloud, createCloud } from "../cloud.ts";
import { readSecret } from "../config/secrets.ts";
import type { CloudSettings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import type { CloudDatabase } from "../database/database.ts";
import { createMail, type Mail, SmtpMailer } from "../mail/mail.ts";
import { openDataDirectory } from "./data-directory.ts";
import { mailServerOf } from "./mail-server.ts";
import { passwords } from "./passwords.ts";
import { pushSettingsOf } from "./push-settings.ts";

/** The control plane of a data directory, opened but not started: what `serve` runs and the other commands use. */
export async function openCloud(
  settings: CloudSettings,
  log: Logger,
  publicUrl: string,
): Promise<AsyncDisposable & { cloud: Cloud; db: CloudDatabase; mail: Mail }> {
  const server = mailServerOf(settings);
  if (!server.ok) throw new RefusalError(server.refusal);
  const db = await openDataDirectory(settings.data);
  const mail = createMail({
    mailer: server.value === null ? null : new SmtpMailer(server.value),
    clock: systemClock,
    random: secureRandom,
    log,
    publicUrl,
  });
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
    push: pushSettingsOf(settings),
    retention: { rawDays: settings.rawDays, keepDays: settings.keepDays },
    releasesDirectory: settings.releasesDirectory ?? join(settings.data, "releases"),
    deltasDirectory: join(settings.data, "deltas"),
    mail,
    jobsKeepDays: settings.jobsKeepDays,
    firmware: {
      directory: join(settings.data, "firmware"),
      maxBytes: settings.firmwareMaxMib * MIB,
      totalBytes: settings.firmwareTotalMib * MIB,
    },
  });
  return { cloud, db, mail, [Symbol.asyncDispose]: () => db.close() };
}
