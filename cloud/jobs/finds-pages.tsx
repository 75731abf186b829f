import { accept } from "../../protocol/errors.ts";
import { JOB_KINDS, type JobKind } from "../../protocol/jobs/job-kinds.ts";
import type { JobFinds } from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Devices } from "../devices/devices.ts";
import type { Gateways } from "../gateways/gateways.ts";
import { amongDevices, amongGateways, amongSites, amongTexts, findFor } from "../http/found-pages.ts";
import type { Sites } from "../sites/sites.ts";

export interface FindParts {
  sites: Sites;
  devices: Devices;
  gateways: Gateways;
}

/** What can be picked as the targets of a job, as far as its kind can be run on it. */
export async function findTargets(
  { sites, devices, gateways }: FindParts,
  scope: Scope,
  kind: JobKind,
  values: Readonly<Record<string, string>>,
): Promise<JobFinds> {
  const { subject } = JOB_KINDS[kind];
  const [onDevices, onGateways] = [subject !== "gateway", subject !== "device"];
  const tags = onDevices ? devices : sites;
  return {
    devices: onDevices ? await findFor(values, "targets.devices", amongDevices(devices, scope)) : null,
    sites: await findFor(values, "targets.sites", amongSites(sites, scope)),
    gateways: onGateways ? await findFor(values, "targets.gateways", amongGateways(gateways, scope)) : null,
    types: onDevices
      ? await findFor(
          values,
          "targets.types",
          amongTexts(async () => {
            const choices = await devices.choices(scope);
            return choices.ok ? accept(choices.value.types) : choices;
          }),
          // A device may call its type what it likes.
          /,/,
        )
      : null,
    tags: await findFor(
      values,
      "targets.tags",
      amongTexts(async () => tagsOf(await tags.choices(scope))),
    ),
  };
}

type Choices = Awaited<ReturnType<Devices["choices"] | Sites["choices"]>>;
const tagsOf = (choices: Choices) => (choices.ok ? accept(choices.value.tags) : choices);
