import {
  auditPage,
  errorListPage,
  invitationPage,
  type LocalView,
  membersPage,
  organizationNamePage,
  ownNamePage,
  passwordPage,
  retentionPage,
  searchPage,
  settingsPage,
  setupPage,
  shortcutsPage,
} from "../ui.ts";
import type { Estate } from "./fixtures.ts";

const AT = "2026-11-20T09:00:00.000Z";
const fine = { errors: [], problem: null };
const operator = { role: "operator", roleName: "Operator" } as const;
const ann = { id: "u1", name: "Ann", email: "ann@b.example" };
const invitation = { id: "i1", email: "new@b.example", ...operator, invitedBy: "Ann", expiresAt: AT };
const session = (id: string, userAgent: string | null) => ({
  ...{ id, userAgent, current: id === "s1", address: id === "s1" ? "192.0.2.1" : null },
  ...{ createdAt: AT, lastUsedAt: AT, expiresAt: AT },
});

/** What made-up pages of the settings show besides the made-up estate. */
export const SETTINGS_DATA = { ann, invitation, names: ["Acme", "Other", "192.0.2.1", "Chrome", "Linux"] };

/** The pages about people and settings, for who is logged in. */
export const settingsViews = ({ me, roles }: Estate): Record<string, LocalView> => {
  const people = {
    organization: "Acme",
    members: [{ id: "m1", user: ann, ...operator, joinedAt: AT }],
    invitations: [invitation],
    query: {},
    userId: ann.id,
    mayWrite: true,
    roles,
    given: roles,
    invite: { email: "", role: "operator" },
    made: { ...invitation, link: "https://homepot.example/invitation?token=x" },
    ...{ mailed: true, ...fine },
  };
  const retention = { organization: "Acme", values: { rawDays: "30", keepDays: "0" }, version: "v", ...fine };
  return {
    settings: settingsPage({
      me,
      sessions: [session("s1", "X11; Linux Chrome/1"), session("s2", null)],
      organizations: [
        { id: "o1", name: "Acme", ...operator, active: true },
        { id: "o2", name: "Other", ...operator, active: false },
      ],
    }),
    "own name": ownNamePage({ name: "Ann", ...fine }),
    "organisation's name": organizationNamePage({ name: "Acme", version: "v", ...fine }),
    members: membersPage(people),
    "members, filtered": membersPage({ ...people, query: { q: "ann", role: "owner" } }),
    "members, nobody": membersPage({ ...people, query: { q: "nobody at all" } }),
    "members, no mail": membersPage({ ...people, mailed: false, invitations: [] }),
    retention: retentionPage({ ...retention, isDefault: true, mayWrite: true }),
    "retention, reader": retentionPage({ ...retention, isDefault: false, mayWrite: false }),
    audit: auditPage({
      entries: {
        items: [
          {
            ...{ seq: 1, at: AT, actor: null, action: "site.update", from: null, hash: "h", timeZone: null },
            target: { kind: "site", id: "s", name: "Cardiff Bay", provenance: "real" },
            ...{ before: { "": "1" }, after: { "": "2" } },
          },
        ],
        ...{ nextCursor: null, total: 1 },
      },
      query: { limit: 50 },
      after: 0,
    }),
    "audit, nothing": auditPage({
      entries: { items: [], nextCursor: null, total: 0 },
      query: { limit: 50, q: "x" },
      after: 0,
    }),
    search: searchPage({ q: "", found: null, who: "u:o" }),
    "search, found": searchPage({
      q: "acme",
      found: {
        sites: [{ id: "s1", name: "Acme", address: "" }],
        devices: [
          { id: "d1", name: "Other", key: "Other", type: "kiosk", siteName: "Acme", provenance: "simulated" },
        ],
        jobs: [{ id: "j1", name: "Acme", kind: "ping" }],
        members: [{ id: "m1", name: "Ann", email: ann.email }],
      },
      who: "u:o",
    }),
    "search, nothing": searchPage({
      q: "zzz",
      found: { sites: [], devices: [], jobs: [], members: [] },
      who: "u:o",
    }),
    shortcuts: shortcutsPage(),
    password: passwordPage({ email: ann.email, ...fine }),
    errors: errorListPage(),
  };
};

const invited = { email: "new@b.example", organization: "Acme", ...operator };
const joining = { token: "t", name: "", ...fine };

/** Those for who is not. */
export const INVITATION_VIEWS: Record<string, LocalView> = {
  "set up": setupPage({ token: "t", values: { name: "", organization: "", email: "" }, ...fine }),
  invitation: invitationPage({ ...joining, invitation: { ...invited, hasAccount: false }, loggedInAs: null }),
  "invitation, known": invitationPage({
    ...joining,
    invitation: { ...invited, hasAccount: true },
    loggedInAs: null,
  }),
  "invitation, other": invitationPage({
    ...joining,
    invitation: { ...invited, hasAccount: true },
    loggedInAs: "ann@b.example",
  }),
  "invitation, own": invitationPage({
    ...joining,
    invitation: { ...invited, hasAccount: true, role: "r9", roleName: "Night shift" },
    loggedInAs: "new@b.example",
  }),
};
