import { existsSync, readFileSync, writeFileSync } from "node:fs";

export interface Login {
  email: string;
  password: string;
}

/**
 * The demo's owner, with a password of its own, kept in `path`. Written before the account is made, so that an account
 * never exists without its password being known.
 */
export function provideLogin(path: string, email: string): Login {
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Login;
  const password = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url");
  const login = { email, password };
  writeFileSync(path, `${JSON.stringify(login)}\n`, { mode: 0o600 });
  return login;
}
