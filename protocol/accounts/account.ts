import * as v from "valibot";
import { idSchema } from "../ids.ts";
import { ALL_PERMISSIONS } from "./permissions.ts";
import { carriedRoleEntries } from "./role.ts";

/** People and their log-in. */

export const PASSWORD_MIN_LENGTH = 10;

export const emailSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.toLowerCase(),
  v.email("must be an email address"),
  v.maxLength(254, "must have at most 254 characters"),
);
export const passwordSchema = v.pipe(
  v.string("must be a text"),
  v.minLength(PASSWORD_MIN_LENGTH, `must have at least ${PASSWORD_MIN_LENGTH} characters`),
  v.maxLength(128, "must have at most 128 characters"),
);

export const loginSchema = v.pipe(
  v.strictObject({
    email: emailSchema,
    password: v.pipe(v.string(), v.minLength(1, "enter your password"), v.maxLength(128)),
    /** Stay logged in for 30 days instead of until the browser closes. */
    remember: v.optional(v.boolean(), false),
  }),
  v.metadata({ ref: "Login" }),
);

const NAME_MAX_LENGTH = 100;
const nameSchema = (empty: string) =>
  v.pipe(
    v.string("must be a text"),
    v.trim(),
    v.minLength(1, empty),
    v.maxLength(NAME_MAX_LENGTH, `must have at most ${NAME_MAX_LENGTH} characters`),
  );
export const personNameSchema = nameSchema("enter your name");
export const organizationNameSchema = nameSchema("enter the name of your organisation");

const signupFields = {
  email: emailSchema,
  password: passwordSchema,
  name: personNameSchema,
  organization: organizationNameSchema,
};

export const signupSchema = v.pipe(v.strictObject(signupFields), v.metadata({ ref: "Signup" }));

/** The token of the link that a start prints while nobody has an account. */
export const setupTokenSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** `POST /api/v1/auth/setup`: makes the first account. */
export const setupSchema = v.pipe(
  v.strictObject({ token: setupTokenSchema, ...signupFields }),
  v.metadata({ ref: "Setup" }),
);

/** `POST /api/v1/auth/password`: with the password one has. */
export const changePasswordSchema = v.pipe(
  v.strictObject({
    current: v.pipe(v.string(), v.minLength(1, "enter the password you have"), v.maxLength(128)),
    password: passwordSchema,
  }),
  v.metadata({ ref: "ChangePassword" }),
);
export type ChangePassword = v.InferOutput<typeof changePasswordSchema>;

export const forgotPasswordSchema = v.pipe(
  v.strictObject({ email: emailSchema }),
  v.metadata({ ref: "ForgotPassword" }),
);
export const resetPasswordSchema = v.pipe(
  v.strictObject({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(200)), password: passwordSchema }),
  v.metadata({ ref: "ResetPassword" }),
);

/** `GET /api/v1/auth/me`. Ids of people and organisations are opaque strings. */
export const meSchema = v.pipe(
  v.object({
    user: v.object({ id: v.string(), email: v.string(), name: v.string() }),
    organization: v.object({ id: v.string(), name: v.string() }),
    ...carriedRoleEntries,
    /** What the role allows now. */
    permissions: v.array(v.picklist(ALL_PERMISSIONS)),
  }),
  v.metadata({ ref: "Me" }),
);
export type Me = v.InferOutput<typeof meSchema>;

/** `PATCH /api/v1/auth/me`: what one is called, in every organisation one works in. */
export const mePatchSchema = v.pipe(
  v.strictObject({ name: personNameSchema }),
  v.metadata({ ref: "MePatch" }),
);

/** `GET /api/v1/organization`: the one that one works in. */
export const organizationSchema = v.pipe(
  v.object({ id: v.string(), name: v.string() }),
  v.metadata({ ref: "Organization" }),
);
export type Organization = v.InferOutput<typeof organizationSchema>;

/** `PATCH /api/v1/organization` */
export const organizationPatchSchema = v.pipe(
  v.strictObject({ name: organizationNameSchema }),
  v.metadata({ ref: "OrganizationPatch" }),
);

export const recordIdParam = v.object({ id: idSchema });
