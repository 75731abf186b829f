import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { RefusalError, type Result } from "../../protocol/errors.ts";
import { DAY } from "../../protocol/units.ts";
import { type Certificates, createCertificates } from "../certificates/certificates.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { createDevices } from "../devices/devices.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { settingsOf, withSettings } from "./options.ts";

/** Devices are out in the field for years, and taking a certificate back needs no waiting for its end. */
const VALID_DAYS = 3_650;

/** `homepot-edge device certificate|revoke|authority`: works while the gateway runs and before. */
export function addCertificateCommands(device: Command): void {
  const subcommand = (usage: string, about: string): Command =>
    withSettings(device.command(usage).description(about), ["data"]);

  subcommand(
    "certificate <id>",
    "make a certificate with which a device logs in over TLS, without a password",
  )
    .requiredOption("--out <directory>", "where <id>.pem, <id>.key and authority.pem are written")
    .option("--days <days>", "how long it is good for", wholeDays, VALID_DAYS)
    .option("--json", "print JSON")
    .action(async (id: string, { out, days, json, ...options }: CertificateOptions) => {
      const issued = orThrow(await withCertificates(options, (made) => made.issue(id, days * DAY)));
      mkdirSync(out, { recursive: true, mode: 0o700 });
      const files = {
        certificate: join(out, `${id}.pem`),
        key: join(out, `${id}.key`),
        authority: join(out, "authority.pem"),
      };
      writeFileSync(files.certificate, issued.certificate);
      // One that is there already may be open to others.
      rmSync(files.key, { force: true });
      writeFileSync(files.key, issued.key, { mode: 0o600 });
      writeFileSync(files.authority, issued.authority);
      const expires = new Date(issued.expiresMs).toISOString();
      print(json, { device: id, expires, serial: issued.serial, files }, [
        `device       ${id}`,
        `certificate  ${files.certificate}, good until ${expires}`,
        `key          ${files.key}`,
        `trust        ${files.authority}`,
        "",
        "The key is not kept and cannot be shown again.",
      ]);
    });
  subcommand("revoke <id>", "take a device's certificates back; its password stays")
    .option("--json", "print JSON")
    .action(async (id: string, { json, ...options }: Record<string, unknown>) => {
      const revoked = orThrow(await withCertificates(options, (made) => made.revoke(id)));
      print(json, { device: id, revoked }, [
        revoked === 1
          ? `1 certificate of ${id} is of no use now.`
          : `${revoked} certificates of ${id} are of no use now.`,
      ]);
    });
  subcommand("authority", "print the gateway's own authority (PEM), for devices to trust").action(
    async (options: Record<string, unknown>) => {
      process.stdout.write(await withCertificates(options, (made) => made.authority()));
    },
  );
}

interface CertificateOptions extends Record<string, unknown> {
  out: string;
  days: number;
}

async function withCertificates<T>(
  options: Record<string, unknown>,
  use: (certificates: Certificates) => T | Promise<T>,
): Promise<T> {
  const { data } = settingsOf(options);
  using db = openDataDirectory(data);
  const parts = { db, clock: systemClock, random: secureRandom };
  const devices = createDevices({ ...parts, uplog: createUplog(db) });
  return await use(createCertificates({ ...parts, devices, dataDirectory: data }));
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > VALID_DAYS) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${VALID_DAYS}.`);
  }
  return days;
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}

function print(json: unknown, data: unknown, lines: string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(data)}\n` : `${lines.join("\n")}\n`);
}
