/**
 * What somebody may do, in the smallest pieces that are given apart, in words for those who give them. Roles are sets of
 * them; every route of the API asks for one, and a page shows only what its reader may do.
 */
export const PERMISSIONS = {
  "organization:read": "See the organisation and its settings",
  "organization:write": "Change the organisation's name and settings",
  "member:read": "See the members, their roles and open invitations",
  "member:write": "Invite, change and remove members, and make roles of what one may do oneself",
  "site:read": "See sites",
  "site:write": "Make, change and delete sites",
  "gateway:read": "See gateways",
  "gateway:claim": "Add gateways to sites",
  "gateway:write": "Revoke gateways",
  "device:read": "See devices, their newest values and their configuration",
  "device:write": "Change devices and their configuration",
  "telemetry:read": "See what devices have measured over time",
  "job:read": "See jobs",
  "job:run": "Run jobs now, and pause, retry and cancel them",
  "job:write": "Schedule jobs, and change the order in which they wait",
  "firmware:write": "Upload and delete the firmware that jobs bring to devices",
  "notification:read": "See notifications",
  "notification:send": "Send notifications",
  "simulation:run": "Run simulated devices at sites, and let things go wrong with them",
  "audit:read": "See who did what",
} as const;

export type Permission = keyof typeof PERMISSIONS;
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

/** What permissions are about. */
export type Subject = Permission extends `${infer Of}:${string}` ? Of : never;

const subjectOf = (permission: Permission) => permission.split(":")[0] as Subject;

/** All permissions in the groups in which people read and choose them. */
export const PERMISSION_GROUPS: readonly { subject: Subject; permissions: readonly Permission[] }[] = [
  ...Map.groupBy(ALL_PERMISSIONS, subjectOf),
].map(([subject, permissions]) => ({ subject, permissions }));
