import type { Transaction } from "kysely";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { type Result, refuse } from "../../protocol/errors.ts";
import type { Tables } from "../database/tables.ts";

/**
 * On whose behalf something is done. Every query of every store takes one and looks only at its organisation, so that
 * another organisation's records do not exist for it.
 */
export interface Scope {
  userId: string;
  organizationId: string;
  /** The name of a built-in role, or the id of one the organisation made. */
  role: string;
  /** What the role allows, as it was when the scope was made: every request makes its own. */
  permissions: readonly Permission[];
  /** The address the request came from. */
  from?: string;
  /** Writes into every transaction that changes something on its behalf; what it throws undoes the change. */
  joinCommit?(trx: Transaction<Tables>): Promise<void>;
}

export function mayDo(scope: Scope, permission: Permission): boolean {
  return scope.permissions.includes(permission);
}

/** Something done on a person's behalf: the scope comes first, and it may be refused. */
type ScopedMethod = (scope: Scope, ...rest: never[]) => Promise<Result<unknown>>;

/** The methods of a capability that act for a person. */
type Scoped<Service> = {
  [Name in keyof Service]-?: Service[Name] extends ScopedMethod ? Name : never;
}[keyof Service];

/** Which permission each of them needs. Leaving one out does not compile. */
export type Needs<Service> = Record<Scoped<Service>, Permission>;

/**
 * The same capability for people: each of its methods that acts for somebody first looks whether they may
 * (`auth.forbidden`). Pages and API are given this one, so neither can forget to ask.
 */
export function guard<Service extends object>(service: Service, needs: Needs<Service>): Service {
  const guarded: Record<string, unknown> = {};
  for (const [name, permission] of Object.entries(needs) as [string, Permission][]) {
    const method = (service as Record<string, unknown>)[name] as (
      scope: Scope,
      ...rest: unknown[]
    ) => Promise<Result<unknown>>;
    guarded[name] = async (scope: Scope, ...rest: unknown[]) =>
      mayDo(scope, permission)
        ? method.call(service, scope, ...rest)
        : refuse("auth.forbidden", `${permission} is not among the permissions of your role`);
  }
  return { ...service, ...guarded };
}
