import type { Permission } from "../../protocol/accounts/permissions.ts";
import type { IconName } from "../icons/icons.ts";
import type { SearchWords } from "../words/english/search.ts";

/** A page that the palette goes to, or something it does. What it is called is in the catalogue, by its key. */
export interface Place {
  key: keyof SearchWords["places"];
  icon: IconName;
  href: string;
  /** All that one must be allowed. */
  needs: readonly Permission[];
  /** Keys that do the same wherever one is. */
  keys?: string;
  /** A whole new document instead of a change of page. */
  plain?: true;
}

/** What is done by sending a form instead of by going somewhere. */
export interface Deed extends Omit<Place, "href" | "keys" | "plain"> {
  action: "/theme" | "/logout";
  theme?: "light" | "dark" | "system";
}

export const PAGES: readonly Place[] = [
  { key: "overview", icon: "layout-dashboard", href: "/", needs: ["site:read"], keys: "g o" },
  { key: "sites", icon: "store", href: "/sites", needs: ["site:read"], keys: "g s" },
  { key: "devices", icon: "cpu", href: "/devices", needs: ["device:read"], keys: "g d" },
  { key: "faulty", icon: "circle-alert", href: "/devices?health=error", needs: ["device:read"] },
  { key: "offline", icon: "unplug", href: "/devices?connectivity=offline", needs: ["device:read"] },
  { key: "retired", icon: "box", href: "/devices?lifecycle=retired", needs: ["device:read"] },
  { key: "deletedDevices", icon: "cpu", href: "/devices?deleted=true", needs: ["device:read"] },
  { key: "deleted", icon: "store", href: "/sites?deleted=true", needs: ["site:read"] },
  { key: "gateways", icon: "router", href: "/gateways", needs: ["gateway:read"], keys: "g w" },
  { key: "jobs", icon: "list-checks", href: "/jobs", needs: ["job:read"], keys: "g j" },
  { key: "failedJobs", icon: "circle-alert", href: "/jobs?failed=true", needs: ["job:read"] },
  { key: "firmware", icon: "box", href: "/firmware", needs: ["job:read"] },
  { key: "inbox", icon: "bell", href: "/notifications", needs: ["notification:read"], keys: "g n" },
  { key: "sent", icon: "bell", href: "/notifications/history", needs: ["notification:read"] },
  {
    key: "deadLetters",
    icon: "circle-alert",
    href: "/notifications/dead-letters",
    needs: ["notification:read"],
  },
  { key: "statistics", icon: "gauge", href: "/notifications/statistics", needs: ["notification:read"] },
  { key: "templates", icon: "bell", href: "/notifications/templates", needs: ["notification:read"] },
  { key: "simulation", icon: "flask-conical", href: "/simulation", needs: ["device:read"], keys: "g u" },
  { key: "members", icon: "users", href: "/settings/members", needs: ["member:read"], keys: "g m" },
  { key: "roles", icon: "users", href: "/settings/roles", needs: ["member:read"] },
  {
    key: "configuration",
    icon: "sliders-horizontal",
    href: "/settings/configuration",
    needs: ["device:read"],
  },
  {
    key: "organizationName",
    icon: "pencil",
    href: "/settings/organization/name",
    needs: ["organization:write"],
  },
  { key: "retention", icon: "clock", href: "/settings/telemetry", needs: ["organization:read"] },
  {
    key: "pushPlatforms",
    icon: "bell",
    href: "/settings/push",
    needs: ["notification:read"],
  },
  { key: "audit", icon: "scroll-text", href: "/settings/audit", needs: ["audit:read"], keys: "g l" },
  { key: "account", icon: "circle-user", href: "/settings", needs: [], keys: "g a" },
  { key: "endpoints", icon: "bell", href: "/settings/notifications", needs: ["notification:read"] },
  { key: "ownName", icon: "circle-user", href: "/settings/name", needs: [] },
  { key: "password", icon: "circle-user", href: "/settings/password", needs: [] },
  { key: "shortcuts", icon: "keyboard", href: "/settings/shortcuts", needs: [] },
  { key: "api", icon: "book-open", href: "/docs", needs: [], plain: true },
  { key: "errors", icon: "book-open", href: "/docs/errors", needs: [], plain: true },
];

export const ACTIONS: readonly Place[] = [
  { key: "newSite", icon: "plus", href: "/sites/new", needs: ["site:read", "site:write"] },
  { key: "addDevice", icon: "cpu", href: "/devices/new", needs: ["device:read", "device:write"] },
  { key: "newJob", icon: "list-checks", href: "/jobs/new", needs: ["job:read", "job:run"] },
  { key: "importSites", icon: "store", href: "/sites/import", needs: ["site:read", "site:write"] },
  { key: "importDevices", icon: "cpu", href: "/devices/import", needs: ["device:read", "device:write"] },
  {
    key: "uploadFirmware",
    icon: "box",
    href: "/firmware/new",
    needs: ["job:read", "firmware:write"],
  },
  {
    key: "notify",
    icon: "bell",
    href: "/notifications/new",
    needs: ["notification:read", "notification:send"],
  },
  { key: "addGateway", icon: "router", href: "/gateways/add", needs: ["gateway:read", "gateway:claim"] },
  {
    key: "simulate",
    icon: "flask-conical",
    href: "/simulation/start",
    needs: ["device:read", "simulation:run"],
  },
  {
    key: "invite",
    icon: "user-plus",
    href: "/settings/members#email",
    needs: ["member:read", "member:write"],
  },
  { key: "newRole", icon: "plus", href: "/settings/roles/new", needs: ["member:read", "member:write"] },
  { key: "tour", icon: "info", href: "/?tour", needs: ["site:read"], plain: true },
];

export const DEEDS: readonly Deed[] = [
  { key: "light", icon: "sun", needs: [], action: "/theme", theme: "light" },
  { key: "dark", icon: "moon", needs: [], action: "/theme", theme: "dark" },
  { key: "auto", icon: "sun-moon", needs: [], action: "/theme", theme: "system" },
  { key: "logOut", icon: "log-out", needs: [], action: "/logout" },
];
