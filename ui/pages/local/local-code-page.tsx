import type { Words } from "../../words/catalogues.ts";
import { renderLocalDocument } from "./local-document.tsx";

export interface LocalCodeProps {
  words: Words;
  nowMs: number;
  problem: "wrong" | "too-many" | null;
}

/** Asks for the access code: the page is of interest to whoever can use the gateway, and to nobody else in its network. */
export function localCodePage({ words, nowMs, problem }: LocalCodeProps): string {
  const { localStatus } = words;
  const said = { wrong: localStatus.wrongCode, "too-many": localStatus.tooMany };
  return renderLocalDocument({
    words,
    nowMs,
    title: localStatus.title,
    children: (
      <form class="local-code" method="post" action="/code">
        <h1>{localStatus.title}</h1>
        <p>{localStatus.codeText(<code>sudo homepot-edge status</code>)}</p>
        {problem === null ? null : (
          <p class="local-problem tone-error" id="problem" role="alert">
            {said[problem]}
          </p>
        )}
        <label for="code">{localStatus.enterCode}</label>
        <input
          id="code"
          name="code"
          class="local-input"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={20}
          required
          {...(problem === null ? {} : { "aria-describedby": "problem", "aria-invalid": "true" })}
        />
        <button class="local-button primary" type="submit">
          {localStatus.show}
        </button>
      </form>
    ),
  });
}
