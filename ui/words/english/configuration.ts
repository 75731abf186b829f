import type { ConfigLevel } from "../../../protocol/config/layers.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** What is wanted of devices in layers, how it differs from what they report, and who wanted it when. */
export function configuration({ counted }: Forms) {
  return {
    title: "Configuration of devices",
    ofAll: (organization: string) => `Configuration of all devices of ${organization}`,
    ofSite: (site: string) => `Configuration of the devices of ${site}`,
    ofType: (type: string) => `Configuration of all devices of the type ${type}`,
    explained:
      "What is wanted of all devices, of a site's, of a type's and of one device comes together in each device: the later wins, setting by setting.",
    layer: "For",
    allDevices: "All devices",
    settings: "Device configuration",
    drifted: "Devices not as wanted",
    from: "From",
    setting: "Setting",
    state: "State",
    levels: {
      organization: "Organisation",
      site: "Site",
      type: "Type",
      device: "This device",
    } satisfies Record<ConfigLevel, string>,
    same: "As wanted",
    differs: "Differs",
    unreported: "Not reported",
    unwanted: "Not wanted",
    nothing: "nothing",
    driftSince: (ago: Slot): Rich => ["Not as wanted since ", ago],
    hint: "An object of settings by name; it replaces this layer as a whole. null takes back what an earlier layer wants.",
    history: "History",
    noHistory: "Nobody has wanted anything here yet.",
    version: "Version",
    author: "By",
    byJob: "A job",
    at: "When",
    changed: "Changed",
    changedSettings: (count: number) => counted(count, { one: "setting", other: "settings" }),
    current: "In force",
    revertOf: (version: string) => `as version ${version}`,
    revert: "Revert to this",
    revertTo: (version: string) => `Revert to version ${version}`,
    older: "Older versions",
  };
}

export type ConfigurationWords = ReturnType<typeof configuration>;
