import icon from "../../ui/icon.svg" with { type: "text" };
import { localCodePage } from "../../ui/pages/local/local-code-page.tsx";
import type { LocalStatus } from "../../ui/pages/local/local-status.ts";
import { localStatusPage } from "../../ui/pages/local/local-status-page.tsx";
import base from "../../ui/styles/base.css" with { type: "text" };
import local from "../../ui/styles/local.css" with { type: "text" };
import reset from "../../ui/styles/reset.css" with { type: "text" };
import states from "../../ui/styles/states.css" with { type: "text" };
import tokens from "../../ui/styles/tokens.css" with { type: "text" };
import { wordsOf } from "../../ui/words/catalogues.ts";
import { languageOf } from "../../ui/words/languages.ts";

/** What the server shows, in the language the browser asks for. */
export function renderStatus(acceptLanguage: string | null, status: LocalStatus): string {
  return localStatusPage({ words: wordsOf(languageOf(null, acceptLanguage)), status });
}

export function renderCode(
  acceptLanguage: string | null,
  nowMs: number,
  problem: "wrong" | "too-many" | null,
): string {
  return localCodePage({ words: wordsOf(languageOf(null, acceptLanguage)), nowMs, problem });
}

export const FILES: Readonly<Record<string, { text: string; type: string }>> = {
  "/style.css": { text: [reset, tokens, base, states, local].join("\n"), type: "text/css; charset=utf-8" },
  "/icon.svg": { text: icon, type: "image/svg+xml" },
};
