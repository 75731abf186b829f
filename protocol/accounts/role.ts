import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { ALL_PERMISSIONS, type Permission } from "./permissions.ts";

/** Roles: sets of permissions that members and invitations carry. Five are there for everybody; others are an organisation's own. */

export const BUILT_IN_ROLES = ["owner", "administrator", "operator", "viewer", "installer"] as const;
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];

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

export const ROLE_PERMISSIONS: Record<BuiltInRole, readonly Permission[]> = {
  owner: ALL_PERMISSIONS,
  administrator: ALL_PERMISSIONS,
  operator: [
    ...SEE,
    "site:write",
    "device:write",
    "job:run",
    "job:write",
    "notification:send",
    "simulation:run",
  ],
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

export const ROLE_ABOUT: Record<BuiltInRole, string> = {
  owner: "Everything, and what only one person should do: make other owners",
  administrator: "Everything but what belongs to the owner",
  operator: "Runs the sites: devices, jobs, notifications",
  viewer: "Sees everything, changes nothing",
  installer: "Adds gateways at sites and sees whether they work",
};

export function isBuiltIn(role: string): role is BuiltInRole {
  return (BUILT_IN_ROLES as readonly string[]).includes(role);
}

/** What members and invitations carry: the name of a built-in role, or the id of one the organisation made. */
export const roleIdSchema = v.union(
  [v.picklist(BUILT_IN_ROLES), idSchema],
  `must be one of ${BUILT_IN_ROLES.join(", ")}, or the id of a role of the organisation`,
);

/** A role where it is carried: `roleName` is what people call it, `role` itself for one that is built in. */
export const carriedRoleEntries = { role: v.string(), roleName: v.string() };
export interface CarriedRole {
  role: string;
  roleName: string;
}

const permissionsSchema = v.array(v.picklist(ALL_PERMISSIONS, "must be a permission"));

/** What people say about a role: `POST /api/v1/organization/roles`, `PUT …/{id}`. A permission given twice counts once. */
export const roleInputSchema = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string("must be a text"),
      v.trim(),
      v.minLength(1, "a role needs a name"),
      v.maxLength(60, "must have at most 60 characters"),
      v.check((name) => !isBuiltIn(name.toLowerCase()), "is the name of a built-in role"),
    ),
    description: v.optional(
      v.pipe(v.string(), v.trim(), v.maxLength(300, "must have at most 300 characters")),
      "",
    ),
    permissions: v.pipe(
      permissionsSchema,
      v.minLength(1, "choose what the role may do"),
      v.transform((given) => ALL_PERMISSIONS.filter((permission) => given.includes(permission))),
    ),
  }),
  v.metadata({ ref: "RoleInput" }),
);
export type RoleInput = v.InferOutput<typeof roleInputSchema>;
/** What people can change about a role, by name. */
export const ROLE_FIELDS = Object.keys(roleInputSchema.entries) as readonly (keyof RoleInput)[];

export const roleSchema = v.pipe(
  v.object({
    id: v.pipe(v.string(), v.description("Name of a built-in role, else an opaque id")),
    name: v.string(),
    description: v.string(),
    permissions: permissionsSchema,
    /** Built-in roles cannot be changed or deleted. */
    builtIn: v.boolean(),
    /** How many carry it. */
    members: v.pipe(v.number(), v.integer()),
    invitations: v.pipe(v.number(), v.integer()),
    /** Null of a built-in role. */
    createdAt: v.nullable(timestampSchema),
    updatedAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "Role" }),
);
export type Role = v.InferOutput<typeof roleSchema>;
