import { Command } from "commander";
import { RefusalError, type Result } from "../../protocol/errors.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { addCertificateCommands } from "./device-certificate.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-edge device add|list|remove`: works while the gateway runs and before. */
export function deviceCommand(): Command {
  const device = new Command("device").description("the devices of this site and their MQTT credentials");
  const subcommand = (usage: string, about: string): Command =>
    withSettings(device.command(usage).description(about), ["data"]).option("--json", "print JSON");

  subcommand("add <id>", "make MQTT credentials for a device; the password is shown this once").action(
    (id: string, options: Record<string, unknown>) => {
      const added = withDevices(options, (devices) => orThrow(devices.add(id)));
      print(options, added, () => [
        `device    ${added.device}`,
        `username  ${added.username}`,
        `password  ${added.password}`,
        "",
        "The password is not kept and cannot be shown again.",
      ]);
    },
  );
  subcommand("list", "the devices of this site").action((options: Record<string, unknown>) => {
    const list = withDevices(options, (devices) => devices.list());
    print(options, list, () =>
      list.length === 0
        ? ["No devices yet. Make credentials for one with `homepot-edge device add ID`."]
        : list.map(
            ({ key, connectivity, provenance }) =>
              `${key.padEnd(24)} ${connectivity.padEnd(8)} ${provenance}`,
          ),
    );
  });
  subcommand("remove <id>", "take a device's credentials back; what it measured stays").action(
    (id: string, options: Record<string, unknown>) => {
      withDevices(options, (devices) => orThrow(devices.remove(id)));
      print(options, { device: id, removed: true }, () => [`${id} is removed; it can no longer connect.`]);
    },
  );
  addCertificateCommands(device);
  return device;
}

function withDevices<T>(options: Record<string, unknown>, use: (devices: Devices) => T): T {
  using db = openDataDirectory(settingsOf(withoutJson(options)).data);
  return use(createDevices({ db, uplog: createUplog(db), clock: systemClock, random: secureRandom }));
}

function withoutJson({ json: _, ...options }: Record<string, unknown>): Record<string, unknown> {
  return options;
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}

function print(options: Record<string, unknown>, data: unknown, lines: () => string[]): void {
  process.stdout.write(options.json === true ? `${JSON.stringify(data)}\n` : `${lines().join("\n")}\n`);
}
