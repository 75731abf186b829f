import { Command } from "commander";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { fetchThrough } from "../config/proxy.ts";
import { VERSION } from "../config/version.ts";
import { createEnrolment, isReadableOnTheWay, parseCloudUrl } from "../enrolment/enrolment.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";
import { settingsOf, withSettings } from "./options.ts";

interface EnrollOptions extends Record<string, unknown> {
  cloud: string;
  claim: string;
  name?: string;
  force?: boolean;
  replace?: boolean;
  json?: boolean;
}

/** `homepot-edge enroll`: works while the gateway runs, which then connects by itself, and before. */
export function enrollCommand(): Command {
  const command = new Command("enroll")
    .description("exchange a claim code for this gateway's own identity")
    .requiredOption("--cloud <url>", "address of the cloud, such as https://homepot.example")
    .requiredOption("--claim <code>", "one-time code from the dashboard: Gateways, Add gateway")
    .option(
      "--name <name>",
      "what the gateway is called in the dashboard; the site's name when it is not given",
    )
    .option("--force", "give a gateway that is enrolled already a new identity")
    .option(
      "--replace",
      "take the place of a gateway that is dead or was copied, with a code from Replace on its page",
    )
    .option("--json", "print JSON");
  return withSettings(command, ["data"]).action(enroll);
}

const REPLACED =
  "It has taken the place of the machine before, which is not let in any more. Devices, their passwords, configuration and\n" +
  "schedules come from the cloud; extra topics and certificates of devices do not.\n";

async function enroll({
  cloud,
  claim,
  name = "",
  force = false,
  replace = false,
  json = false,
  ...rest
}: EnrollOptions): Promise<void> {
  const cloudUrl = parseCloudUrl(cloud);
  if (cloudUrl === null) {
    const { refusal } = refuse(
      "config.invalid",
      `--cloud ${cloud}: must be an address such as https://homepot.example`,
    );
    throw new RefusalError(refusal);
  }
  if (isReadableOnTheWay(cloudUrl)) {
    process.stderr.write(
      `Note: ${cloudUrl} is not encrypted; others on the way can read what is sent there.\n`,
    );
  }
  const { data, cloudProxy } = settingsOf(rest);
  using db = openDataDirectory(data);
  const enrolment = createEnrolment({
    db,
    uplog: createUplog(db),
    dataDirectory: data,
    clock: systemClock,
    random: secureRandom,
    fetch: fetchThrough(cloudProxy),
    version: VERSION,
  });
  const enrolled = await enrolment.enroll({ cloudUrl, claim, name, force, replace });
  if (!enrolled.ok) throw new RefusalError(enrolled.refusal);
  const { gatewayId, site, organization, replaced } = enrolled.value;
  process.stdout.write(
    json
      ? `${JSON.stringify({ gatewayId, site, organization, cloud: cloudUrl, replaced })}\n`
      : `Enrolled as the gateway of ${site} (${organization}) at ${cloudUrl}.\n` +
          (replaced ? REPLACED : "") +
          "A gateway that runs connects by itself; start one with `homepot-edge run`.\n",
  );
}
