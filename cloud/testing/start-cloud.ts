import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger, type Logger } from "@logtape/logtape";
import type { Hono } from "hono";
import type { Me } from "../../protocol/accounts/account.ts";
import { CHANNELS } from "../../protocol/notifications/channel.ts";
import { sent } from "../../protocol/notifications/outcome.ts";
import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MIB } from "../../protocol/units.ts";
import type { PasswordHasher } from "../accounts/accounts.ts";
import type { Scope } from "../accounts/scope.ts";
import { createApp } from "../app.ts";
import { type Cloud, createCloud } from "../cloud.ts";
import { openMasterKeys } from "../config/master-keys.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import type { AppEnv } from "../http/env.ts";
import type { LimitSettings } from "../http/limits.ts";
import { bareProblem } from "../http/problem.ts";
import type { Mail } from "../mail/mail.ts";
import type { PushSettings } from "../notifications/notifications.ts";
import { checkDescribed, documentOf } from "./described.ts";

export const ORIGIN = "https://homepot.test";
export const PASSWORD = "correct horse battery";
export const SECRET = "a secret of the tests, which are no place for secrets";

/** No pace unless a test is about one: the tests' clock stands still. */
const UNHURRIED = Object.fromEntries(
  CHANNELS.map((channel) => [channel, { atOnce: 256, perSecond: null }]),
) as PushSettings["limits"];

/** argon2id as in production, as cheap as it can be. */
export const cheapPasswords: PasswordHasher = {
  hash: (password) => Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 8, timeCost: 1 }),
  verify: (password, hash) => Bun.password.verify(password, hash),
};

/** Somebody who is logged in. */
export interface Person {
  email: string;
  token: string;
  scope: Scope;
}

/** A whole control plane without a socket: real database in a temporary directory, a clock that moves when told to. */
export interface TestCloud extends AsyncDisposable {
  app: Hono<AppEnv>;
  cloud: Cloud;
  db: CloudDatabase;
  clock: ManualClock;
  random: Random;
  /** Where the bytes of firmware are. */
  firmwareDirectory: string;
  /** Owner of the first organisation. */
  owner: Person;
  /** Links that were sent to people who forgot their password. */
  resetLinks: string[];
  /** Links by which people were invited, oldest first. */
  invitationLinks: string[];
  /** Notifications that were sent by email. */
  letters: { email: string; title: string; link: string | null; language: string }[];
  /** An organisation of its own with its owner, logged in. */
  addOwner(email: string, organization: string): Promise<Person>;
  /** Somebody with this role, or that of this id, in the first owner's organisation or in another. */
  addMember(role: string, organizationId?: string): Promise<Person>;
  /** A request to `/api/v1` + `path`, as `person`; `json` is the body. */
  api(path: string, person: Person | null, init?: RequestInit & { json?: unknown }): Promise<Response>;
  /** The answer of a GET that must succeed. */
  read<T>(path: string, person?: Person): Promise<T>;
}

export interface TestCloudOptions {
  signupOpen?: boolean;
  /** None unless a test is about them: the tests' clock stands still. */
  limits?: LimitSettings;
  corsOrigins?: readonly string[];
  /** Instead of the cheap ones. */
  passwords?: PasswordHasher;
  /** Instead of the lists of links. */
  mail?: Omit<Mail, "stop">;
  /** Else there are no releases. */
  releasesDirectory?: string;
  /** Where the platforms' doubles are. */
  push?: Partial<PushSettings>;
  log?: Logger;
}

export async function startCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-cloud-"));
  const db = await openSqlite(join(directory, "cloud.db"));
  const firmwareDirectory = join(directory, "firmware");
  const clock = new ManualClock();
  const random = seededRandom(11);
  const log = options.log ?? getLogger(["test"]);
  const resetLinks: string[] = [];
  const invitationLinks: string[] = [];
  const letters: TestCloud["letters"] = [];
  const cloud = createCloud({
    db,
    clock,
    random,
    log,
    passwords: options.passwords ?? cheapPasswords,
    secret: SECRET,
    publicUrl: ORIGIN,
    signupOpen: options.signupOpen ?? false,
    version: "0.0.0-test",
    limits: options.limits ?? { perAddress: 0, perPerson: 0 },
    retention: { rawDays: 0, keepDays: 0 },
    releasesDirectory: options.releasesDirectory ?? join(directory, "releases"),
    deltasDirectory: join(directory, "deltas"),
    jobsKeepDays: 90,
    firmware: { directory: firmwareDirectory, maxBytes: MIB, totalBytes: 2 * MIB },
    push: {
      masterKeys: openMasterKeys(directory, null, random),
      credentials: {},
      hosts: { fcm: null, fcmToken: null, apns: null, wnsToken: null },
      allowed: [],
      authority: null,
      limits: UNHURRIED,
      ...options.push,
    },
    mail: options.mail ?? {
      isSending: true,
      sendResetLink: ({ link }) => void resetLinks.push(link),
      sendInvitation: ({ link }) => void invitationLinks.push(link),
      sendNotification: async (news) => {
        letters.push(news);
        return sent();
      },
    },
  });
  await cloud.vapid.ensure();
  cloud.gateways.hub.start();
  cloud.live.start();
  await cloud.jobs.start();
  await cloud.notifications.start();
  const app = createApp({
    ...cloud,
    log,
    version: "0.0.0-test",
    publicOrigin: ORIGIN,
    corsOrigins: options.corsOrigins ?? [],
    nowMs: () => clock.nowMs(),
    randomBytes: (length) => random.bytes(length),
    pages: { mount() {}, error: (_, refusal) => bareProblem(refusal) },
  });

  const described = documentOf(app);
  const send = async (path: string, init: RequestInit) => {
    const answer = await app.request(`/api/v1${path}`, init);
    await checkDescribed(await described(), { path, method: init.method ?? "GET" }, answer.clone());
    return answer;
  };
  const api: TestCloud["api"] = async (path, person, { json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (person !== null) headers.set("authorization", `Bearer ${person.token}`);
    if (json === undefined) return send(path, { ...init, headers });
    headers.set("content-type", "application/json");
    return send(path, { method: "POST", ...init, headers, body: JSON.stringify(json) });
  };
  const read = async <T>(path: string, person: Person): Promise<T> => {
    const answer = await api(path, person);
    if (!answer.ok) throw new TypeError(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const addOwner: TestCloud["addOwner"] = async (email, organization) => {
    const made = await cloud.accounts.createOwner({ email, password: PASSWORD, name: "Owner", organization });
    if (!made.ok) throw new TypeError(made.refusal.detail);
    const login = await api("/auth/login", null, { json: { email, password: PASSWORD } });
    const { token } = (await login.json()) as { token: string };
    const { user, organization: own, role, permissions } = made.value;
    return { email, token, scope: { userId: user.id, organizationId: own.id, role, permissions } };
  };
  const owner = await addOwner("owner@homepot.test", "Homepot");
  const addMember: TestCloud["addMember"] = async (role, organizationId = owner.scope.organizationId) => {
    const person = await addOwner(`${role}-${random.next()}@homepot.test`, `Own of ${role}`);
    await db.write((trx) =>
      trx
        .updateTable("member")
        .set({ organizationId, role })
        .where("userId", "=", person.scope.userId)
        .execute(),
    );
    const { permissions } = await read<Me>("/auth/me", person);
    return { ...person, scope: { ...person.scope, organizationId, role, permissions } };
  };

  return {
    app,
    cloud,
    db,
    clock,
    random,
    firmwareDirectory,
    owner,
    resetLinks,
    invitationLinks,
    letters,
    addOwner,
    addMember,
    api,
    read: (path, person = owner) => read(path, person),
    async [Symbol.asyncDispose]() {
      cloud.live.stop();
      await cloud.notifications.stop();
      await cloud.stopPush();
      await cloud.accounts.settled();
      await cloud.gateways.hub.stop();
      await cloud.jobs.stop();
      await db.close();
      rmSync(directory, { recursive: true });
    },
  };
}
