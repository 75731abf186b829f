import type { Logger } from "@logtape/logtape";
import type * as v from "valibot";
import type { loginSchema, Me, signupSchema } from "../../protocol/accounts/account.ts";
import type { AcceptInvitation, InvitationView } from "../../protocol/accounts/member.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { Attempts } from "../http/attempts.ts";
import type { Mail } from "../mail/mail.ts";
import { noteOfAccount } from "./account-deeds.ts";
import { CLIENT_HEADER, createAuth, isOver, type PasswordHasher, requestReset } from "./auth.ts";
import { Background } from "./background.ts";
import { createRoles, type Roles } from "./custom-roles.ts";
import { createMembers, findInvitation, joinByInvitation, type Members } from "./members.ts";
import { createNames, type Names } from "./names.ts";
import { type ChangeOwnPassword, createChangeOwnPassword } from "./own-password.ts";
import { createOwnSessions, type OwnSessions } from "./own-sessions.ts";
import { type MadeBy, makeOwner, type OwnerInput, type SignedUp, type User } from "./owners.ts";
import type { Standing } from "./roles.ts";
import type { Scope } from "./scope.ts";
import type { Sender } from "./sender.ts";
import { lookUpSession } from "./session-lookup.ts";
import { Setup } from "./setup.ts";
import {
  endSession,
  findOrganizations,
  hasUsers,
  type Membership,
  membershipsOf,
  organizationName,
  removeUser,
} from "./store.ts";
import { createTours, type Tours } from "./tours.ts";
import { stillWelcome, type Visitor } from "./visitors.ts";
import { refuseWeak } from "./weak-passwords.ts";

export { type PasswordHasher, sessionCookieName } from "./auth.ts";
export { ROLE_NEEDS, type Roles } from "./custom-roles.ts";
export { memberRoutes } from "./member-routes.ts";
export { MEMBER_NEEDS, type Members } from "./members.ts";
export { apiScope, pageScope } from "./middleware.ts";
export { NAME_NEEDS, type Names } from "./names.ts";
export { organizationRoutes } from "./organization-routes.ts";
export { roleRoutes } from "./role-routes.ts";
export type { Standing } from "./roles.ts";
export { accountRoutes } from "./routes.ts";
export { guard, mayDo, type Needs, type Scope } from "./scope.ts";
export type { Visitor } from "./visitors.ts";

/**
 * People, their sessions and their organisations.
 *
 * Promises: a password is kept as argon2id only; a session that was ended is of no use at once; whoever guesses is
 * slowed down. It decides who somebody is, never what they may see: that is each store's, by the scope.
 */
export interface Accounts {
  /** Who sent a request with these headers (session cookie or bearer token); null when nobody we know did. */
  whoIs(headers: Headers): Promise<Identity | null>;
  /** Code: `auth.wrong-credentials`, `auth.too-many`. `headers` are the request's: a session they carry ends. */
  login(input: v.InferOutput<typeof loginSchema>, client: string, headers: Headers): Promise<Result<Session>>;
  /** Codes: `auth.signup-closed`, `account.exists`. */
  signup(input: v.InferOutput<typeof signupSchema>, sender: Sender): Promise<Result<Session>>;
  /** Ends the session. The headers clear the cookies. */
  logout(headers: Headers, client: string): Promise<Headers>;
  /**
   * Sends a link when there is such a person. Says nothing about whether there is, not even by how long it takes: all
   * of it happens after the answer. The letter is in `language`, as the dashboard's catalogues name it; else English.
   * Code: `auth.too-many`.
   */
  forgotPassword(email: string, client: string, language?: string): Promise<Result<void>>;
  /** Code: `request.invalid` for a link that is too old or was used. */
  resetPassword(token: string, password: string): Promise<Result<void>>;
  /** An organisation's owner, made by an administrator of the machine. Codes: `account.exists`. */
  createOwner(input: OwnerInput): Promise<Result<Me>>;
  /** A one-time token for {@link setUp}, in the place of one before; null when somebody has an account. */
  beginSetup(): Promise<string | null>;
  /** Whether the token is good. Code: `setup.unknown`. */
  checkSetup(token: string): Promise<Result<void>>;
  /** Makes the first account, and its organisation. Codes: `setup.unknown`, and those of `createOwner`. */
  setUp(token: string, input: OwnerInput, sender: Sender): Promise<Result<Session>>;
  /** The organisation of this name or id, or the only one there is. Codes: `record.not-found`, `request.invalid`. */
  findOrganization(name: string | null): Promise<Result<{ id: string; name: string }>>;
  organizationName(id: string): Promise<string>;
  /** All there are, by name. For commands on the machine. */
  organizations(): Promise<{ id: string; name: string }[]>;
  /** What an invitation's link is for. Code: `invitation.unknown`. */
  invitation(token: string): Promise<Result<InvitationView>>;
  /**
   * Joins by an invitation: as somebody new, with name and password, or as `identity`, who was invited by their own
   * email. Codes: `invitation.unknown`, `request.invalid`, `auth.required`, `auth.forbidden`.
   */
  acceptInvitation(
    input: AcceptInvitation,
    identity: Identity | null,
    sender: Sender,
  ): Promise<Result<Session | null>>;
  /** Those of them whose session is still open, and who are still members, with what they may do now. */
  stillWelcome<V extends Visitor>(visitors: readonly V[]): Promise<ReadonlyMap<V, Standing>>;
  /** Resolves when nothing that was asked for before is still done in the background. */
  settled(): Promise<void>;
  readonly members: Members;
  readonly roles: Roles;
  readonly names: Names;
  readonly sessions: OwnSessions;
  readonly tours: Tours;
  readonly changePassword: ChangeOwnPassword;
  readonly signupOpen: boolean;
  /** Whether links go out by mail; if not, they are logged for whoever runs the service. */
  readonly mailed: boolean;
}

export interface Identity {
  scope: Scope;
  me: Me;
  /** Of the session the request came with. */
  token: string;
}

/** A new session: the cookies for a browser, the token for a program, and whose it is. */
export interface Session {
  headers: Headers;
  token: string;
  me: Me;
}

export interface AccountsParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  passwords: PasswordHasher;
  secret: string;
  publicUrl: string;
  signupOpen: boolean;
  mail: Omit<Mail, "stop">;
  log: Logger;
  /** `Audit.note` */
  note: Note;
  /** What members may do has changed: who is here already is looked at again. */
  standingChanged(): void;
}

/**
 * Failed log-ins from one address to any accounts, and from any addresses to one account: above what the people of one
 * office mistype together, far below what guessing needs.
 */
export const FAILURES_MAX = 50;
/** Of a user agent as much is kept as tells one from another. */
const USER_AGENT_MAX = 300;

/** What the refusal says to whoever runs the service as well as to whoever came by. */
export const SIGNUP_CLOSED = "people join by an invitation here (accounts.signup is closed)";

export function createAccounts(parts: AccountsParts): Accounts {
  const background = new Background(parts.log);
  const auth = createAuth({
    ...parts,
    passwordReset: (user) => noteOfAccount(parts, user, "account.reset"),
  });
  const attempts = new Attempts(parts.clock);
  const ofAddress = new Attempts(parts.clock, FAILURES_MAX);
  const ofAccount = new Attempts(parts.clock, FAILURES_MAX);
  const sessions = createOwnSessions(parts);

  const identify = async (user: User, active: string | null) => {
    const [first, ...others] = await membershipsOf(parts.db, user.id);
    return first === undefined ? null : identityOf(user, [first, ...others], active);
  };

  const identityOf = (user: User, memberships: [Membership, ...Membership[]], active: string | null) => {
    const membership = memberships.find((one) => one.organizationId === active) ?? memberships[0];
    const { organizationId, organizationName, standing } = membership;
    const { role, roleName, permissions } = standing;
    const me: Me = {
      user: { id: user.id, email: user.email, name: user.name },
      organization: { id: organizationId, name: organizationName },
      ...{ role, roleName, permissions: [...permissions] },
    };
    return { me, scope: { userId: user.id, organizationId, role, permissions } };
  };

  const open = async (
    input: { email: string; password: string; remember: boolean },
    { client, userAgent }: Sender,
  ): Promise<Result<Session>> => {
    const { email, password, remember } = input;
    const headers = new Headers({ [CLIENT_HEADER]: client });
    if (userAgent !== undefined) headers.set("user-agent", userAgent.slice(0, USER_AGENT_MAX));
    const answer = await auth.api.signInEmail({
      body: { email, password, rememberMe: remember },
      headers,
      asResponse: true,
    });
    if (!answer.ok) return refuse("auth.wrong-credentials", "no account has this email with this password");
    const { user } = (await answer.json()) as SignedUp;
    // Signed, as the cookie is: the token as the database has it opens nothing.
    const token = answer.headers.get("set-auth-token") ?? "";
    const identity = await identify(user, null);
    if (identity === null) return refuse("auth.forbidden", "this account belongs to no organisation");
    return accept({ headers: cookiesOf(answer.headers), token, me: identity.me });
  };

  const create = async (input: OwnerInput, by: MadeBy): Promise<Result<Me>> => {
    const made = await makeOwner({ ...parts, auth }, input, by);
    if (!made.ok) return made;
    const identity = await identify(made.value, null);
    if (identity === null) throw new Error("the organisation was not created");
    return accept(identity.me);
  };

  const setup = new Setup(parts);
  const checkSetup = async (token: string): Promise<Result<void>> => {
    const good = await setup.check(token);
    // Somebody may have made the first account by the command meanwhile.
    if (!good.ok || !(await hasUsers(parts.db))) return good;
    await setup.end();
    return setup.check(token);
  };

  return {
    signupOpen: parts.signupOpen,
    mailed: parts.mail.isSending,
    async whoIs(headers) {
      const known = await lookUpSession(parts, headers);
      if (known !== null)
        return { ...identityOf(known.user, known.memberships, known.active), token: known.token };
      const found = await auth.api.getSession({ headers });
      if (found === null || isOver(found.session.createdAt, parts.clock.nowMs())) return null;
      const identity = await identify(found.user, found.session.activeOrganizationId ?? null);
      return identity === null ? null : { ...identity, token: found.session.token };
    },
    async login(input, client, headers) {
      const key = `${client} ${input.email}`;
      // Who is refused already uses up nothing of the wider bounds: no address alone can lock an account.
      const guesses = [
        { counted: attempts, by: key },
        { counted: ofAddress, by: client },
        { counted: ofAccount, by: input.email },
      ];
      for (const { counted, by } of guesses) {
        const allowed = counted.begin(by);
        if (!allowed.ok) return allowed;
      }
      const session = await open(input, { client, userAgent: headers.get("user-agent") ?? undefined });
      if (!session.ok) return session;
      // The browser forgets the session it had; so does the service.
      const before = await auth.api.getSession({ headers });
      if (before !== null) await endSession(parts.db, before.session.token);
      for (const { counted, by } of guesses) counted.succeeded(by);
      const { user, organization } = session.value.me;
      const by = { userId: user.id, organizationId: organization.id, from: client };
      const target = { id: user.id, name: user.email };
      await parts.db.write((trx) => parts.note(trx, by, { action: "account.login", target }));
      return session;
    },
    async signup(input, sender) {
      if (!parts.signupOpen) return refuse("auth.signup-closed", SIGNUP_CLOSED);
      const created = await create(input, { action: "account.sign-up", from: sender.client });
      return created.ok ? open({ ...input, remember: false }, sender) : created;
    },
    async logout(headers, client) {
      const session = await auth.api.getSession({ headers });
      const answer = await auth.api.signOut({ headers, asResponse: true });
      if (session !== null) await noteOfAccount(parts, session.user, "account.logout", client);
      return cookiesOf(answer.headers);
    },
    async forgotPassword(email, client, language = "en") {
      const allowed = attempts.begin(`reset ${client}`);
      if (!allowed.ok) return allowed;
      background.run("a new password was asked for", () => requestReset(auth, { email, language }));
      return accept(undefined);
    },
    async resetPassword(token, password) {
      const strong = await refuseWeak(password, []);
      if (!strong.ok) return strong;
      const answer = await auth.api.resetPassword({
        body: { token, newPassword: password },
        asResponse: true,
      });
      if (answer.ok) return accept(undefined);
      const message = "is too old or was used already; ask for a new link";
      return refuse("request.invalid", `token: ${message}`, [{ path: "token", message }]);
    },
    async invitation(token) {
      const found = await findInvitation(parts.db, token, parts.clock.nowMs());
      if (found === null) return refuse("invitation.unknown", "no open invitation has this link");
      const { email, organization, standing, userId } = found;
      const { role, roleName } = standing;
      return accept({ email, organization, role, roleName, hasAccount: userId !== null });
    },
    async acceptInvitation({ token, name, password }, identity, sender) {
      const found = await findInvitation(parts.db, token, parts.clock.nowMs());
      if (found === null) return refuse("invitation.unknown", "no open invitation has this link");
      const used = refuse("invitation.unknown", "it was used meanwhile");
      if (found.userId !== null) {
        if (identity === null) return refuse("auth.required", `log in as ${found.email} to join`);
        if (identity.scope.userId !== found.userId)
          return refuse(
            "auth.forbidden",
            `the invitation is for ${found.email}; you are ${identity.me.user.email}`,
          );
        if (!(await joinByInvitation(parts, found, found.userId))) return used;
        await sessions.switchTo(found.userId, identity.token, found.organizationId);
        return accept(null);
      }
      if (name === undefined) return refuseField("name", "enter your name");
      if (password === undefined) return refuseField("password", "choose a password");
      const { email, organization } = found;
      const strong = await refuseWeak(password, [name, email, organization]);
      if (!strong.ok) return strong;
      const made = await auth.api.signUpEmail({ body: { email, password, name }, asResponse: true });
      if (!made.ok) return used;
      const signedUp = (await made.json()) as SignedUp;
      await endSession(parts.db, signedUp.token);
      if (!(await joinByInvitation(parts, found, signedUp.user.id))) {
        await removeUser(parts.db, signedUp.user.id);
        return used;
      }
      return open({ email, password, remember: false }, sender);
    },
    settled: () => background.settled(),
    stillWelcome: (visitors) => stillWelcome(parts.db, visitors, parts.clock.nowMs()),
    members: createMembers(parts),
    roles: createRoles(parts),
    names: createNames(parts),
    sessions,
    tours: createTours(parts),
    changePassword: createChangeOwnPassword(parts),
    createOwner: (input) =>
      create(input, { action: "account.create", command: "homepot-cloud admin create" }),
    async beginSetup() {
      return (await hasUsers(parts.db)) ? null : setup.begin();
    },
    checkSetup,
    async setUp(token, input, sender) {
      const good = await checkSetup(token);
      if (!good.ok) return good;
      const by = { action: "account.set-up", from: sender.client } as const;
      const created = await setup.use(token, () => create(input, by));
      return created.ok ? open({ ...input, remember: false }, sender) : created;
    },
    organizations: () => findOrganizations(parts.db, null),
    organizationName: (id) => organizationName(parts.db.read, id),
    async findOrganization(name) {
      const found = await findOrganizations(parts.db, name);
      if (found.length === 1) return accept(found[0]!);
      if (found.length > 1) {
        const choices = found.map((one) => `${one.id} (${one.name})`).join(", ");
        return refuse("request.invalid", `choose an organisation with --organization: ${choices}`);
      }
      return refuse(
        "record.not-found",
        name === null
          ? "there is no organisation yet; make one with `homepot-cloud admin create`"
          : `there is no organisation called ${name}`,
      );
    },
  };
}

function cookiesOf(headers: Headers): Headers {
  const cookies = new Headers();
  for (const cookie of headers.getSetCookie()) cookies.append("set-cookie", cookie);
  return cookies;
}
