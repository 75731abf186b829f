import { PERMISSIONS, type Permission, type Subject } from "../../../protocol/accounts/permissions.ts";
import { type BuiltInRole, ROLE_ABOUT } from "../../../protocol/accounts/role.ts";
import type { Forms, Plural } from "../forms.ts";

/** The page of roles, its form, and what permissions allow. */
export function roles({ count, counted }: Forms) {
  const own = { one: "role of its own", other: "roles of its own" };
  const member = { one: "member", other: "members" } satisfies Plural;
  const invitation = { one: "invitation", other: "invitations" } satisfies Plural;
  return {
    settings: "Settings",
    roles: "Roles",
    members: "Members",
    title: (organization: string, made: number) =>
      made === 0
        ? `${organization} works with the built-in roles`
        : `${organization} has ${counted(made, own)}`,
    text: "A role is what members may do. A change counts at once for everybody who has it.",
    add: "Add a role",
    own: "Roles of your own",
    builtIn: "Built-in roles",
    builtInNote: "They stay as they are; copy one to change it.",
    none: "No roles of your own yet",
    noneText:
      "Somebody should do one thing and nothing else? Make a role that allows just that, or begin with a copy.",
    noneReader: "Owners and administrators can make roles that allow one thing and nothing else.",
    role: "Role",
    carried: "Who has it",
    allows: "Allows",
    actions: "Actions",
    edit: "Edit",
    copy: "Copy",
    editOf: (role: string) => `Edit ${role}`,
    copyOf: (role: string) => `Copy ${role}`,
    remove: "Delete",
    removeQuestion: (role: string) => `Delete ${role}?`,
    removeFree: "Nobody has it. It can be made again, and the audit log keeps what it was.",
    removeCarried: "It can be deleted only when nobody has it: give those who have it another role first.",
    removeVerb: "Delete role",
    yours: "Yours",
    nobody: "Nobody",
    carriers: (members: number, invitations: number) =>
      [
        ...(members === 0 ? [] : [counted(members, member)]),
        ...(invitations === 0 ? [] : [counted(invitations, invitation)]),
      ].join(", "),
    share: (some: number, all: number) => `${count(some)} of ${count(all)}`,
    membersWithIt: "Members with it",
    invitationsWithIt: "Invitations with it",
    matrix: "What each may do",
    permission: "Permission",
    devicesUnseen: "Your role does not show them one by one.",
    yes: "Yes",
    no: "No",
    newRole: "Add a role",
    newText: "Tick what its members may do. Whatever is not ticked is refused, on pages and in the API.",
    copyText: (role: string) => `It begins with what ${role} allows.`,
    editText: "Saved changes count at once for everybody who has the role.",
    name: "Name",
    namePlaceholder: "Night shift",
    description: "What it is for",
    what: "What it allows",
    beyond: "You may not do this yourself, so you cannot give it.",
    save: "Save changes",
    subjects: {
      organization: "Organisation",
      member: "People and roles",
      site: "Sites",
      gateway: "Gateways",
      device: "Devices",
      telemetry: "Telemetry",
      job: "Jobs",
      firmware: "Firmware",
      notification: "Notifications",
      simulation: "Simulation",
      audit: "Audit log",
    } satisfies Record<Subject, string>,
    permissions: PERMISSIONS as Record<Permission, string>,
    about: ROLE_ABOUT as Record<BuiltInRole, string>,
  };
}

export type RoleWords = ReturnType<typeof roles>;
