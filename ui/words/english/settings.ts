import type { BuiltInRole } from "../../../protocol/accounts/role.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** One's own account, the members, how long telemetry is kept, the audit log, and edits that met. */
export function settings({ counted }: Forms) {
  return {
    settings: "Settings",
    members: "Members",
    roles: "Roles",
    retention: "Telemetry retention",
    auditLog: "Audit log",
    about: {
      members: "Who works here, and as what",
      roles: "What each role may do",
      configuration: "What devices run with, for all of them and by type",
      platforms: "Credentials for browsers, phones and Windows",
      retention: "How long readings are kept",
      auditLog: "Who did what, from where",
    },
    actions: "Actions",
    cancel: "Cancel",
    save: "Save changes",
    whoIs: (email: string, role: string) => `${email}, ${role}`,
    sessions: {
      title: "Where you are logged in",
      endOthers: "Log out everywhere else",
      program: "Browser or program",
      address: "Address",
      lastUsed: "Last used",
      since: "Since",
      thisOne: "This one",
      notKnown: "Not known",
      logOut: "Log out",
      unknown: "Unknown program",
      on: (browser: string, system: string) => `${browser} on ${system}`,
    },
    organizations: { title: "Organisations you work in", here: "You are here", switch: "Switch to it" },
    people: {
      title: (people: number, organization: string) =>
        `${counted(people, { one: "person works", other: "people work" })} in ${organization}`,
      invited: (email: string) => `${email} is invited.`,
      ifLost: "Should the email not arrive, give them this link yourself.",
      noMail: "This service sends no mail: give them this link yourself.",
      worksOnce: "It works once, for seven days, and is shown only now.",
      theLink: "the link",
      invite: "Invite somebody",
      email: "Email",
      role: "Role",
      send: "Send invitation",
      make: "Make an invitation",
      person: "Person",
      joined: "Joined",
      you: "You",
      remove: "Remove",
      removeQuestion: (name: string) => `Remove ${name}?`,
      removeText:
        "Their sessions end at once. What they did stays in the audit log. They can be invited again.",
      removeVerb: "Remove member",
      roleOf: (name: string) => `Role of ${name}`,
      change: "Change",
      changeRoleOf: (name: string) => `Change the role of ${name}`,
      open: "Invitations that are open",
      invitedBy: "Invited by",
      goodUntil: "Good until",
      withdraw: "Withdraw",
      rolesFor: "What the roles are for",
      whatEach: "What each may do",
    },
    invitation: {
      join: (organization: string) => `Join ${organization}`,
      as: {
        owner: "You are invited as an owner.",
        administrator: "You are invited as an administrator.",
        operator: "You are invited as an operator.",
        viewer: "You are invited as a viewer.",
        installer: "You are invited as an installer.",
      } satisfies Record<BuiltInRole, string>,
      withRole: (role: string) => `You are invited with the role ${role}.`,
      yourAccount: (email: string) => `Your account will be ${email}.`,
      joinVerb: "Join",
      hasAccount: (email: string) => `There is an account for ${email}.`,
      logInToJoin: "Log in with it to join.",
      logOutFirst: (email: string) => `You are logged in as ${email}: log out first.`,
      loggedInAs: (email: string) => `You are logged in as ${email}.`,
    },
    telemetry: {
      title: "How long telemetry is kept",
      isDefault: (organization: string) =>
        `${organization} has set nothing of its own yet: these are the service's defaults.`,
      forAll: (organization: string) =>
        `For every device of ${organization}. States, configuration and the audit log are not affected.`,
      rawDays: "Days with every reading",
      rawHint:
        "After that a row for each chunk stays, with count, least, greatest and mean: charts of months look the same. 0 keeps every reading.",
      keepDays: "Days until it is deleted",
      keepHint: "After that telemetry is deleted, and cannot be brought back. 0 keeps it for ever.",
      whoMay: "Owners and administrators may change this.",
    },
    audit: {
      title: "Who did what",
      text: (command: Slot): Rich => [
        "Every change people make, in a chain that shows when somebody alters it: check it with ",
        command,
        ".",
      ],
      search: "Search people, actions and what they were about",
      entries: (total: number) => counted(total, { one: "entry", other: "entries" }),
      nothing: "Nothing matches",
      nothingText: "Search for a person, a site or device, or an action such as site.update.",
      when: "When",
      who: "Who",
      did: "Did",
      to: "To",
      changed: "What changed",
      aCommand: "A command on the server",
    },
    merge: {
      choose: (record: string) => `Choose what to keep: ${record}`,
      changed: (record: string) => `${record} was changed meanwhile`,
      nothingDiffers:
        "Somebody else saved it while you were editing, and nothing they changed differs from what you typed. Save once more.",
      chooseText:
        "Somebody else saved it while you were editing. Nothing of yours is saved yet: choose what to keep.",
      save: "Save these",
      drop: "Drop my changes",
      yours: "Yours",
      theirs: "Theirs",
      asBefore: "as it was before",
      nothing: "nothing",
    },
  };
}

export type SettingsWords = ReturnType<typeof settings>;
