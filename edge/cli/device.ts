import { Command } from "commander";
import { RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { NO_GRANTS, type TopicGrants } from "../../protocol/topics/grants.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { addCertificateCommands } from "./device-certificate.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-edge device add|list|topics|remove`: works while the gateway runs and before. */
export function deviceCommand(): Command {
  const device = new Command("device").description("the devices of this site and their MQTT credentials");
  const subcommand = (usage: string, about: string): Command =>
    withSettings(device.command(usage).description(about), ["data"]).option("--json", "print JSON");

  withTopics(
    subcommand("add <id>", "make MQTT credentials for a device; the password is shown this once"),
  ).action((id: string, options: Record<string, unknown>) => {
    const added = withDevices(options, (devices) => orThrow(devices.add(id, "real", topicsOf(options))));
    print(options, added, () => [
      `device    ${added.device}`,
      `username  ${added.username}`,
      `password  ${added.password}`,
      "",
      "The password is not kept and cannot be shown again.",
    ]);
  });
  subcommand("list", "the devices of this site").action((options: Record<string, unknown>) => {
    const list = withDevices(options, (devices) => {
      const granted = devices.topics();
      return devices.list().map((one) => ({ ...one, topics: granted.get(one.key) ?? NO_GRANTS }));
    });
    print(options, list, () =>
      list.length === 0
        ? ["No devices yet. Make credentials for one with `homepot-edge device add ID`."]
        : list.flatMap(({ key, connectivity, provenance, topics }) => [
            `${key.padEnd(24)} ${connectivity.padEnd(8)} ${provenance}`,
            ...describeTopics(topics).map((line) => `  ${line}`),
          ]),
    );
  });
  withTopics(subcommand("topics <id>", "show or set what a device may use beyond its own topics"))
    .option("--none", "take back whatever it was granted")
    .action((id: string, options: Record<string, unknown>) => {
      const asked = topicsOf(options);
      const isSet = options.none === true || asked.publish.length + asked.subscribe.length > 0;
      const topics = withDevices(options, (devices) => {
        if (isSet) return orThrow(devices.setTopics(id, options.none === true ? NO_GRANTS : asked));
        if (devices.get(id) === null) orThrow(refuse("device.unknown", id));
        return devices.topics().get(id) ?? NO_GRANTS;
      });
      print(options, { device: id, ...topics }, () => [
        `${id} may use its own topics, homepot/${id}/…${describeTopics(topics).length > 0 ? ", and" : ""}`,
        ...describeTopics(topics).map((line) => `  ${line}`),
      ]);
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

/** Gives a command the options for topics beyond a device's own. Each may be given several times. */
function withTopics(command: Command): Command {
  const gather = (filter: string, before: string[]): string[] => [...before, filter];
  return command
    .option("--publish <filter>", "topics it may publish to beyond its own, such as `kitchen/#`", gather, [])
    .option("--subscribe <filter>", "topics it may hear, such as `homepot/+/telemetry`", gather, []);
}

function topicsOf({ publish, subscribe }: Record<string, unknown>): TopicGrants {
  return { publish: publish as string[], subscribe: subscribe as string[] };
}

/** One line a filter, for people. */
export function describeTopics({ publish, subscribe }: TopicGrants): string[] {
  return [
    ...publish.map((filter) => `publish  ${filter}`),
    ...subscribe.map((filter) => `hear     ${filter}`),
  ];
}

function withDevices<T>(options: Record<string, unknown>, use: (devices: Devices) => T): T {
  using db = openDataDirectory(settingsOf(withoutOwn(options)).data);
  return use(createDevices({ db, uplog: createUplog(db), clock: systemClock, random: secureRandom }));
}

/** The settings among a command's options. */
function withoutOwn(options: Record<string, unknown>): Record<string, unknown> {
  const { json: _json, publish: _publish, subscribe: _subscribe, none: _none, ...settings } = options;
  return settings;
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}

function print(options: Record<string, unknown>, data: unknown, lines: () => string[]): void {
  process.stdout.write(options.json === true ? `${JSON.stringify(data)}\n` : `${lines().join("\n")}\n`);
}
