import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import { claimRequestSchema } from "../../protocol/gateways/gateway.ts";
import { check } from "../../protocol/validate.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";

/** `homepot-cloud gateway claim`: a one-time code for a site's gateway. Works while the service runs and before. */
export function gatewayCommand(): Command {
  const gateway = new Command("gateway").description("the gateways of sites");
  withSettings(gateway.command("claim"), ["data"])
    .description("make a one-time code, good for 24 hours, with which a gateway enrols")
    .requiredOption("--site <name>", "the site's name; the site is made when there is none of that name")
    .option("--organization <name>", "the organisation's name; not needed while there is only one")
    .option("--json", "print JSON")
    .action(claim);
  return gateway;
}

async function claim({ site, organization, json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const request = check(claimRequestSchema, { site });
  if (!request.ok) throw new RefusalError(request.refusal);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  await using opened = await openCloud(settings, log, "http://localhost");
  const { accounts, gateways } = opened.cloud;
  const found = await accounts.findOrganization(typeof organization === "string" ? organization : null);
  if (!found.ok) throw new RefusalError(found.refusal);
  const made = await gateways.claimFor(found.value.id, request.value);
  printResult(json === true, made, (value) => [
    `claim code  ${value.claim}`,
    `site        ${value.site}`,
    `good until  ${value.expiresAt}`,
    "",
    "On the gateway: homepot-edge enroll --cloud URL --claim CODE",
  ]);
}
