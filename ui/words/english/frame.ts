import type { BuiltInRole } from "../../../protocol/accounts/role.ts";
import type { Forms } from "../forms.ts";

/** What surrounds every page, and what components say wherever they are. */
export function frame({ count }: Forms) {
  return {
    tagline: "Every site, every device, one page.",
    description: "Every site, every device, one page: the dashboard of HOMEPOT.",
    skip: "Skip to the content",
    home: "HOMEPOT, overview",
    crumbs: "Breadcrumbs",
    main: "Main",
    mainBottom: "Main, at the bottom",
    sections: {
      overview: "Overview",
      sites: "Sites",
      devices: "Devices",
      jobs: "Jobs",
      notifications: "Notifications",
      gateways: "Gateways",
      simulation: "Simulation",
    },
    apiReference: "API reference",
    account: "Account",
    yourAccount: "Your account",
    members: "Members",
    auditLog: "Audit log",
    logOut: "Log out",
    keepIt: "Keep it",
    cancel: "Cancel",
    theme: "Theme",
    themes: { system: "Auto", light: "Light", dark: "Dark" },
    language: "Language",
    roles: {
      owner: "Owner",
      administrator: "Administrator",
      operator: "Operator",
      viewer: "Viewer",
      installer: "Installer",
    } satisfies Record<BuiltInRole, string>,
    filters: "Filters",
    apply: "Apply",
    pages: "Pages",
    range: (from: number, to: number, total: number) => `${count(from)} to ${count(to)} of ${count(total)}`,
    firstPage: "First page",
    nextPage: "Next page",
    roleIn: (role: string, organization: string) => `${role} of ${organization}`,
  };
}

export type FrameWords = ReturnType<typeof frame>;
