/** What stands where a secret was. */
export const REMOVED = "[removed]";

/** Names whose values are nobody's business, whatever is in them. */
const NAMES =
  "pass(?:word|wd|phrase)?|secret|token|authorization|cookie|credentials?|claim|private[-_ ]?key|api[-_ ]?key|access[-_ ]?code";

const PATTERNS: readonly [RegExp, string][] = [
  // PEM, whole or what is left of it.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*-----|$)/g, REMOVED],
  // "name": "value" and "name": 1, also with its quotes escaped, as JSON within JSON has them.
  [
    new RegExp(
      `((?:\\\\)?"[^"\\\\]*(?:${NAMES})[^"\\\\]*(?:\\\\)?"\\s*:\\s*)((?:\\\\)?"(?:[^"\\\\]|\\\\[^"])*(?:\\\\)?"|[\\w.+-]+)`,
      "gi",
    ),
    `$1"${REMOVED}"`,
  ],
  // name=value, --name value, and "Name: value" of a header.
  [new RegExp(`((?:${NAMES})[\\w-]*\\s*=\\s*)("[^"]*"|\\S+)`, "gi"), `$1${REMOVED}`],
  [new RegExp(`(--(?:[\\w-]*-)?(?:${NAMES})[\\w-]*\\s+)("[^"]*"|\\S+)`, "gi"), `$1${REMOVED}`],
  [/((?:authorization|cookie|set-cookie):\s*)[^\r\n"]+/gi, `$1${REMOVED}`],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REMOVED}`],
  // Name and password in an address.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${REMOVED}@`],
  // A claim code or an access code; the groups of a UUID are none.
  [/(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![\w-])/g, REMOVED],
];

/** A text without what may be a secret: by the names and forms they have, and without `known` ones wherever they stand. */
export function redact(text: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((one, other) => other.length - one.length)
    .reduce((left, secret) => left.replaceAll(secret, REMOVED), text);
  return PATTERNS.reduce((left, [pattern, instead]) => left.replaceAll(pattern, instead), withoutKnown);
}

/** What is shorter stands in too many places by chance. */
const SHORTEST = 6;
