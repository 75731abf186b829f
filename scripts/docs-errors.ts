import { ERRORS, type ErrorKind } from "../protocol/errors.ts";

/** Writes docs/errors.md from the catalogue itself. `bun scripts/docs-errors.ts`; a test compares. */
export function errorsPage(): string {
  const kinds = Object.entries<ErrorKind>(ERRORS);
  const groups = [...new Set(kinds.map(([code]) => code.split(".")[0] ?? ""))];
  return `# Errors

For whoever met one. Programs go by the code, which never changes; the words may improve. The API answers with
\`application/problem+json\` (RFC 9457): \`code\`, \`title\`, \`detail\` (what it was this time), \`hint\` (what to do), \`retryable\`,
and \`errors\` with the \`path\` of every bad field. Commands print the same title, detail and hint.

*Again?* tells whether the very same request may succeed later.

This page is made from \`protocol/error-kinds.ts\` by \`bun scripts/docs-errors.ts\`.

${groups.map((group) => section(group, kinds)).join("\n\n")}
`;
}

function section(group: string, kinds: [string, ErrorKind][]): string {
  const rows = kinds
    .filter(([code]) => code.startsWith(`${group}.`))
    .map(([code, { status, title, hint, retryable }]) => {
      const cells = [`<a id="${code}"></a>\`${code}\``, status, title, hint, retryable ? "yes" : "no"];
      return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
    });
  const head = "| code | HTTP | what it is | what to do | again? |\n|---|---|---|---|---|";
  return `## ${group}\n\n${head}\n${rows.join("\n")}`;
}

if (import.meta.main) await Bun.write("docs/errors.md", errorsPage());
