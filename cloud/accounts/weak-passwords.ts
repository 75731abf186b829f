import { accept, type Result, refuseField } from "../../protocol/errors.ts";

/** Shorter words, such as a middle initial, say nothing of a password they are found in. */
const WORD_MIN = 3;
/** Letters and digits a password must have beyond the words that anybody would try for this person. */
const OWN_MIN = 6;
/** What everybody knows of whoever logs in here. Documented in docs/security.md. */
export const KNOWN_WORDS = [
  ...[
    "homepot",
    "password",
    "passwort",
    "admin",
    "administrator",
    "owner",
    "operator",
    "viewer",
    "installer",
  ],
  ...["gateway", "device", "site", "dashboard", "welcome", "letmein", "login"],
];

/**
 * Refuses a password that is guessed first: one of the fifty thousand most common of those that were stolen elsewhere
 * (Mozilla's list for its accounts, made from ten million), whatever its case, or one made of little more than what is
 * known of the person: `about` is their name, email and organisation. Code: `request.invalid` at `field`.
 */
export async function refuseWeak(
  password: string,
  about: readonly string[],
  field = "password",
): Promise<Result<void>> {
  const lower = password.toLowerCase();
  // Read when it is first needed: most starts of the program never do.
  const common = await import("fxa-common-password-list");
  if (common.test(lower))
    return refuseField(field, "is one of the passwords that are tried first; choose another");
  if (new Set(lower).size < 4) return refuseField(field, "is made of very few characters; choose another");
  const words = [...KNOWN_WORDS, ...about.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))]
    .filter((word) => word.length >= WORD_MIN)
    .sort((a, b) => b.length - a.length);
  const own = words.reduce((rest, word) => rest.replaceAll(word, ""), lower).replace(/[^\p{L}\p{N}]/gu, "");
  if (own.length >= OWN_MIN || own.length === lower.length) return accept(undefined);
  return refuseField(field, "is little more than a name everybody knows; choose another");
}
