import { ALL_PERMISSIONS } from "../../protocol/accounts/permissions.ts";
import { BUILT_IN_ROLES } from "../../protocol/accounts/role.ts";
import type { BulkPreview } from "../../protocol/devices/bulk.ts";
import type { Mark } from "../../protocol/devices/mark.ts";
import { toProblem } from "../../protocol/errors.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import {
  apiPage,
  deletedDevicesPage,
  deletedSitesPage,
  designPage,
  deviceAddPage,
  deviceBulkPage,
  deviceListPage,
  devicePage,
  errorPage,
  type Frame,
  forgotPasswordPage,
  gatewayAddPage,
  gatewayClaimPage,
  type ImportProps,
  importPage,
  type LocalView,
  listsOf,
  loginPage,
  mergePage,
  offlinePage,
  overviewPage,
  resetPasswordPage,
  roleFormPage,
  rolesPage,
  signupPage,
  siteFormPage,
  siteListPage,
  sitePage,
  wordsOf,
} from "../ui.ts";
import { configViews } from "./config-views.ts";
import { firmwareViews } from "./firmware-views.ts";
import { makeEstate } from "./fixtures.ts";
import { gatewayViews } from "./gateway-views.ts";
import { jobViews } from "./job-views.ts";
import { notificationViews } from "./notification-views.ts";
import { INVITATION_VIEWS, settingsViews } from "./settings-views.ts";
import { simulationViews } from "./simulation-views.ts";

/** What a file would do. */
export const IMPORT_DATA = {
  csv: "site,key",
  preview: {
    ...{ imported: false, digest: "d", passedOver: ["lastSeenAt"] },
    counts: { create: 1, change: 1, unchanged: 1, fail: 1 },
    lines: [
      { line: 2, action: "create", id: null, name: "till-1", changes: [], errors: [] },
      {
        ...{ line: 3, action: "change", id: "d", name: "till-2", errors: [] },
        changes: [{ field: "name", before: "Till", after: "Till 2" }],
      },
      { line: 4, action: "unchanged", id: "e", name: "till-3", changes: [], errors: [] },
      {
        ...{ line: 5, action: "fail", id: null, name: "till-4", changes: [] },
        errors: [{ path: "", message: "site: there is no site of this name" }],
      },
    ],
  },
} satisfies Pick<ImportProps, "csv" | "preview">;

/** Before a file was chosen. */
const EMPTY_IMPORT = { csv: "", preview: null, failingOnly: false, problem: null, simulated: 5 } as const;

export const NOW = Date.UTC(2026, 10, 23, 14, 5, 12);
export const estate = makeEstate(NOW);

export const frame: Frame = {
  theme: "system",
  words: wordsOf("en"),
  me: estate.me,
  after: null,
  nowMs: NOW,
  lists: listsOf(undefined),
  mac: false,
  shortcuts: true,
  unread: 3,
  notice: null,
  timeZone: null,
  url: "/here?q=1",
  assets: {
    style: "/assets/app-1.css",
    script: "/assets/client-1.js",
    words: { en: "/assets/words-1.js", de: "/assets/words-2.js" },
  },
};

const page = <Item>(items: Item[]) => ({ items, nextCursor: null, total: items.length });
const fine = { errors: [], problem: null };
const bad = (path: string) => ({ errors: [{ path, message: `${path} is wrong` }], problem: null });
const sentence = {
  errors: [],
  problem: { title: "It did not work", text: "Try again.", code: "auth.wrong-credentials" as const },
};
const device = (site: number, number: number) => {
  const wanted = `-7000-8000-${(2_000_000 + site * 1_000 + number).toString(16).padStart(12, "0")}`;
  return estate.devices.find(({ id }) => id.endsWith(wanted))!;
};
/** What was kept of the first chart of a device. */
const SERIES: Series = {
  ...{ metric: "temperature", unit: "°C", from: "2026-11-23T13:50:12Z", to: "2026-11-23T14:05:12Z" },
  points: [
    [NOW - 120_000, 20, 21, 22, 2],
    [NOW - 60_000, 19, 20, 24, 2],
  ],
};
const SOME: BulkPreview["some"] = [{ id: "d", name: "Till", siteName: "Bay", provenance: "simulated" }];
const MARKS: Mark[] = [
  {
    at: "2026-11-23T14:04:00Z",
    job: { id: "j", name: "Restart terminals", execution: "e", state: "failed" },
    layer: null,
  },
  { at: "2026-11-23T14:01:00Z", job: null, layer: { level: "site", version: 3 } },
];
const form = {
  ...{ name: "Bay", address: "", timeZone: "UTC", description: "", latitude: "", longitude: "" },
  ...{ tags: "bar pilot", customAttributes: "Contract: 7" },
};
const noLabels = { after: 0, tags: [], deleted: 0 };
const { overview, sites, devices, gateways, roles } = estate;
const builtIn = roles.filter((role) => role.builtIn);
const nightShift = roles.find((role) => !role.builtIn)!;
const [site] = sites;
const bay = { claim: "7KQF-2M9D", site: "Bay", siteId: site!.id, expiresAt: "2026-11-24T14:05:12.000Z" };
const claimed = { claim: bay, cloudUrl: "https://homepot.example" };
const troubled = devices.filter(({ health }) => health !== "healthy");

const rolesProps = {
  ...{ organization: "Harbour Kitchens", roles: builtIn, mayWrite: true, ownRole: "owner", problem: null },
  givable: [...BUILT_IN_ROLES, nightShift.id],
};

/** Every page in the states that look different, by name. */
export const VIEWS: Record<string, { view: LocalView; loggedIn: boolean }> = Object.fromEntries(
  Object.entries({
    ...simulationViews(estate),
    ...gatewayViews(estate),
    ...jobViews(estate),
    ...firmwareViews(estate),
    ...notificationViews(estate),
    ...settingsViews(estate),
    design: designPage(),
    overview: overviewPage({
      overview,
      sites,
      attention: troubled,
      attentionTotal: troubled.length,
      tour: null,
      activity: estate.activity,
      wall: false,
    }),
    "overview on a wall": overviewPage({
      overview,
      sites,
      attention: troubled,
      attentionTotal: 40,
      activity: estate.activity,
      tour: null,
      wall: true,
    }),
    "overview, all well": overviewPage({
      overview,
      sites: [site!],
      attention: [],
      attentionTotal: 0,
      tour: null,
      activity: estate.activity,
      wall: false,
    }),
    "overview, new": overviewPage({
      overview: { ...overview, sites: { total: 0, withProblems: 0 } },
      sites: [],
      attention: [],
      attentionTotal: 0,
      tour: "offer",
      activity: [],
      wall: false,
    }),
    "overview of many": overviewPage({
      overview,
      sites: Array.from({ length: 80 }, (_, index) => ({
        ...site!,
        id: `${site!.id}${index}`,
        name: `Site ${index}`,
      })),
      attention: [],
      attentionTotal: 0,
      tour: "offer",
      activity: [],
      wall: false,
    }),
    sites: siteListPage({
      sites: { ...page(sites), nextCursor: "next", total: 99 },
      query: { limit: 50 },
      after: 0,
      tags: ["bar", "pilot"],
      deleted: 2,
    }),
    "sites, none": siteListPage({ sites: page([]), query: { limit: 50 }, ...noLabels }),
    "sites, not found": siteListPage({ sites: page([]), query: { limit: 50, q: "<b>" }, ...noLabels }),
    "sites, deleted": deletedSitesPage({
      sites: { ...page([{ ...site!, deletedAt: site!.createdAt }]), nextCursor: "n" },
      after: 0,
    }),
    "sites, none deleted": deletedSitesPage({ sites: page([]), after: 0 }),
    site: sitePage({
      site: site!,
      devices: page(devices.slice(0, 5)),
      gateways: gateways.slice(0, 1),
    }),
    "site, bare": sitePage({
      site: sites[10]!,
      devices: page([]),
      gateways: [],
    }),
    "site without devices": sitePage({
      site: site!,
      devices: page([]),
      gateways: gateways.slice(0, 1),
    }),
    "new site": siteFormPage({ site: null, values: form, version: null, timeZones: ["UTC"], ...fine }),
    "site form, refused": siteFormPage({
      site: site!,
      values: form,
      version: "abc",
      timeZones: ["UTC"],
      ...bad("latitude"),
    }),
    devices: deviceListPage({
      devices: { ...page(devices.slice(0, 20)), nextCursor: "n" },
      query: { limit: 20, health: "warning" },
      after: 20,
      choices: { sites, types: ["kiosk"], tags: ["bar"], firmware: ["1.4.2"] },
      deleted: 3,
    }),
    "devices, none": deviceListPage({
      devices: page([]),
      query: { limit: 20 },
      after: 0,
      choices: { sites, types: [], tags: [], firmware: [] },
      deleted: 0,
    }),
    "devices, not found": deviceListPage({
      devices: page([]),
      query: { limit: 20, q: "x" },
      after: 0,
      choices: { sites, types: [], tags: [], firmware: [] },
      deleted: 0,
    }),
    "new device": deviceAddPage({
      sites,
      values: { siteId: site!.id, key: "till 1", name: "", type: "", tags: "", customAttributes: "" },
      ...bad("key"),
    }),
    "new device, no gateway": deviceAddPage({
      sites: [],
      values: { siteId: "", key: "", name: "", type: "", tags: "", customAttributes: "" },
      errors: [],
      problem: null,
    }),
    "devices, deleted": deletedDevicesPage({
      devices: { ...page([{ ...device(0, 2), deletedAt: site!.createdAt }]), nextCursor: "n" },
      after: 0,
    }),
    "devices, none deleted": deletedDevicesPage({ devices: page([]), after: 0 }),
    "sites, to import": importPage({ ...EMPTY_IMPORT, what: "sites" }),
    "devices, to import": importPage({ ...EMPTY_IMPORT, ...IMPORT_DATA, what: "devices" }),
    "devices, many to change": deviceBulkPage({
      preview: { total: 12, some: SOME },
      ids: ["d"],
      filters: { health: "error" },
      chosen: { kind: "", tag: "" },
      ...fine,
    }),
    "devices, many to restore": deviceBulkPage({
      preview: { total: 1, some: SOME },
      ids: null,
      filters: { lifecycle: "retired" },
      chosen: { kind: "add-tag", tag: "two words" },
      ...bad("action"),
    }),
    device: devicePage({ device: device(0, 2), timeZone: "America/New_York", series: SERIES, marks: MARKS }),
    "device retired": devicePage({
      device: { ...device(0, 2), lifecycle: "retired" },
      timeZone: "America/New_York",
      series: null,
      marks: [],
    }),
    "device expected": devicePage({
      device: { ...device(11, 4), lifecycle: "pending", latest: [] },
      timeZone: "America/New_York",
      series: null,
      marks: [],
    }),
    "device in error": devicePage({
      device: { ...device(3, 2), clockAheadMs: -3 * 3_600_000 },
      timeZone: "America/New_York",
      series: null,
      marks: [],
    }),
    "device offline": devicePage({
      device: device(4, 4),
      timeZone: "America/New_York",
      series: null,
      marks: [],
    }),
    "device never seen": devicePage({
      device: device(11, 4),
      timeZone: "America/New_York",
      series: null,
      marks: [],
    }),
    ...configViews(estate, (number) => device(0, number)),
    "lost update": mergePage({
      section: "sites",
      crumbs: [{ label: "Sites", href: "/sites" }],
      record: "Bay",
      action: "/sites/1/edit",
      cancel: "/sites/1",
      version: "abc",
      choices: [
        { name: "name", label: "Name", yours: "Bay", theirs: "The Bay", untouched: true },
        { name: "address", label: "Address", yours: "Quay 1", theirs: "", untouched: false },
      ],
      kept: { timeZone: "UTC" },
    }),
    "add gateway": gatewayAddPage({ sites: ["Bay"], site: "", ...bad("site") }),
    claim: gatewayClaimPage({
      ...{ ...claimed, install: "curl -fsSL https://homepot.example/install.sh", replaces: false },
    }),
    "claim, no release": gatewayClaimPage({ ...claimed, install: null, replaces: false }),
    "claim, to replace": gatewayClaimPage({ ...claimed, install: null, replaces: true }),
    api: apiPage({
      document: {
        info: { version: "1" },
        components: { schemas: { Site: { type: "object", properties: { name: { type: "string" } } } } },
        paths: {
          "/api/v1/sites": {
            get: { summary: "Sites", tags: ["sites"] },
            post: {
              security: [],
              "x-errors": ["record.conflict"],
              parameters: [{ in: "path", name: "id", required: true, schema: { type: "string" } }],
              requestBody: { content: { json: { schema: { $ref: "#/components/schemas/Site" } } } },
              responses: { 204: { description: "Done" }, 409: { description: "`record.conflict`: taken" } },
            },
          },
        },
      },
    }),
    roles: rolesPage({ ...rolesProps, roles }),
    "roles, none": rolesPage(rolesProps),
    "roles, in use": rolesPage({
      ...{ ...rolesProps, roles, mayWrite: false, givable: [] },
      problem: { title: "", text: "", code: "role.in-use", members: "Ruth Ellis" },
    }),
    "role form": roleFormPage({
      ...{ role: null, copied: nightShift, version: null, mine: ["site:read", "device:read"] },
      ...{ values: { name: "", description: "", permissions: ["site:read", "site:write"] } },
      ...bad("permissions"),
    }),
    "role form, to change": roleFormPage({
      ...{ role: nightShift, copied: null, version: "abc", mine: ALL_PERMISSIONS, values: nightShift },
      ...sentence,
    }),
    "not found": errorPage({ problem: toProblem({ code: "record.not-found", detail: "" }), requestId: null }),
  }).map(([name, view]) => [name, { view, loggedIn: true }]),
);

for (const [name, view] of Object.entries({
  ...INVITATION_VIEWS,
  login: loginPage({ email: "", next: "/", signupOpen: true, done: "reset", ...fine }),
  "login, refused": loginPage({
    email: "a@b.example",
    next: "/",
    signupOpen: false,
    done: null,
    ...sentence,
  }),
  offline: offlinePage({ cloud: "homepot.example" }),
  signup: signupPage({ values: { name: "", organization: "", email: "" }, ...bad("email") }),
  "forgot password": forgotPasswordPage({ email: "", sent: false, mailed: true, ...fine }),
  "forgot password, sent": forgotPasswordPage({ email: "a@b.example", sent: true, mailed: true, ...fine }),
  "forgot password, no mail": forgotPasswordPage({ email: "", sent: false, mailed: false, ...fine }),
  "forgot password, logged": forgotPasswordPage({ email: "a@b.example", sent: true, mailed: false, ...fine }),
  "reset password": resetPasswordPage({ token: "t", ...sentence }),
  "no such page": errorPage({ problem: toProblem({ code: "route.unknown", detail: "" }), requestId: null }),
  broken: errorPage({ problem: toProblem({ code: "internal.error", detail: "" }), requestId: "r1" }),
})) {
  VIEWS[name] = { view, loggedIn: false };
}
