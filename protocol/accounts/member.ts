import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { emailSchema, meSchema, passwordSchema, personNameSchema } from "./account.ts";
import { carriedRoleEntries, roleIdSchema } from "./role.ts";

/** Who belongs to an organisation, and who is asked to. */

export const memberSchema = v.pipe(
  v.object({
    id: v.string(),
    user: meSchema.entries.user,
    ...carriedRoleEntries,
    joinedAt: timestampSchema,
  }),
  v.metadata({ ref: "Member" }),
);
export type Member = v.InferOutput<typeof memberSchema>;

/** `PATCH /api/v1/members/{id}` */
export const memberPatchSchema = v.pipe(
  v.strictObject({ role: roleIdSchema }),
  v.metadata({ ref: "MemberPatch" }),
);

/** `POST /api/v1/invitations` */
export const invitationInputSchema = v.pipe(
  v.strictObject({ email: emailSchema, role: roleIdSchema }),
  v.metadata({ ref: "InvitationInput" }),
);
export type InvitationInput = v.InferOutput<typeof invitationInputSchema>;

export const invitationSchema = v.pipe(
  v.object({
    id: v.string(),
    email: v.string(),
    ...carriedRoleEntries,
    invitedBy: v.string(),
    expiresAt: timestampSchema,
  }),
  v.metadata({ ref: "Invitation" }),
);
export type Invitation = v.InferOutput<typeof invitationSchema>;

/** What making one gives: the link is shown this once, for when the email does not arrive. */
export const invitationMadeSchema = v.pipe(
  v.object({ ...invitationSchema.entries, link: v.string() }),
  v.metadata({ ref: "InvitationMade" }),
);
export type InvitationMade = v.InferOutput<typeof invitationMadeSchema>;

/** What an invitation's link shows before it is accepted. */
export const invitationViewSchema = v.pipe(
  v.object({
    email: v.string(),
    organization: v.string(),
    ...carriedRoleEntries,
    /** Whether somebody with this email has an account, who then accepts by logging in. */
    hasAccount: v.boolean(),
  }),
  v.metadata({ ref: "InvitationView" }),
);
export type InvitationView = v.InferOutput<typeof invitationViewSchema>;

export const invitationTokenSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** `POST /api/v1/auth/accept-invitation`: with name and password for somebody new; alone for who is logged in. */
export const acceptInvitationSchema = v.pipe(
  v.strictObject({
    token: invitationTokenSchema,
    name: v.optional(personNameSchema),
    password: v.optional(passwordSchema),
  }),
  v.metadata({ ref: "AcceptInvitation" }),
);
export type AcceptInvitation = v.InferOutput<typeof acceptInvitationSchema>;

/** One of one's own sessions. */
export const ownSessionSchema = v.pipe(
  v.object({
    id: v.string(),
    current: v.boolean(),
    userAgent: v.nullable(v.string()),
    address: v.nullable(v.string()),
    createdAt: timestampSchema,
    lastUsedAt: timestampSchema,
    expiresAt: timestampSchema,
  }),
  v.metadata({ ref: "OwnSession" }),
);
export type OwnSession = v.InferOutput<typeof ownSessionSchema>;

/** An organisation a person belongs to. */
export const membershipSchema = v.pipe(
  v.object({ id: v.string(), name: v.string(), ...carriedRoleEntries, active: v.boolean() }),
  v.metadata({ ref: "Membership" }),
);
export type OwnOrganization = v.InferOutput<typeof membershipSchema>;
