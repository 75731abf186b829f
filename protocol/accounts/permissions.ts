import type { Role } from "./account.ts";

/**
 * What somebody may do, in the smallest pieces that are given apart. Roles are sets of them; every route of the API asks
 * for one, and a page shows only what its reader may do.
 */
export const PERMISSIONS = {
  "organization:read": "See the organisation and its settings",
  "organization:write": "Change the organisation's name and settings",
  "member:read": "See the members, their roles and open invitations",
  "member:write": "Invite, change and remove members",
  "site:read": "See sites",
  "site:write": "Make, change and delete sites",
  "gateway:read": "See gateways",
  "gateway:claim": "Add gateways to sites",
  "gateway:write": "Revoke gateways",
  "device:read": "See devices and their configuration",
  "device:write": "Change devices and their configuration",
  "telemetry:read": "See what devices measure",
  "job:read": "See jobs",
  "job:run": "Run jobs on devices",
  "notification:read": "See notifications",
  "notification:send": "Send notifications",
  "audit:read": "See who did what",
} as const;

export type Permission = keyof typeof PERMISSIONS;
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

const SEE: readonly Permission[] = [
  "organization:read",
  "member:read",
  "site:read",
  "gateway:read",
  "device:read",
  "telemetry:read",
  "job:read",
  "notification:read",
];

/** The roles everybody has; an organisation may make others. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: ALL_PERMISSIONS,
  administrator: ALL_PERMISSIONS,
  operator: [...SEE, "site:write", "device:write", "job:run", "notification:send"],
  viewer: SEE,
  installer: [
    "organization:read",
    "site:read",
    "gateway:read",
    "gateway:claim",
    "device:read",
    "telemetry:read",
  ],
};

export const ROLE_ABOUT: Record<Role, string> = {
  owner: "Everything, and what only one person should do: delete the organisation, make other owners",
  administrator: "Everything but what belongs to the owner",
  operator: "Runs the sites: devices, jobs, notifications",
  viewer: "Sees everything, changes nothing",
  installer: "Adds gateways at sites and sees whether they work",
};
