import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useWords } from "../words/use-words.ts";

export const SHORTCUTS_COOKIE = "shortcuts";

/** Whether single keys are shortcuts in this browser, as a `Cookie` header says: unless it says `off`, they are. */
export function shortcutsOf(cookieHeader: string | null | undefined): boolean {
  return !/(?:^|;\s*)(?:__Host-)?shortcuts=off(?:;|$)/.test(cookieHeader ?? "");
}

export const Shortcuts = createContext(true);

/**
 * Switches single keys off, for who dictates or presses keys by accident (WCAG 2.1.4), and on again. The whole page is
 * loaded again, script and all.
 */
export function ShortcutsChoice({ next }: { next: string }) {
  const { shortcuts: words } = useWords();
  const on = useContext(Shortcuts);
  return (
    <form class="choice-row" method="post" action="/shortcuts" hx-boost="false">
      <input type="hidden" name="next" value={next} />
      <span id="shortcuts-label">{words.switch}</span>
      <fieldset class="segmented" aria-labelledby="shortcuts-label">
        <button type="submit" name="shortcuts" value="on" aria-pressed={on ? "true" : "false"}>
          {words.on}
        </button>
        <button type="submit" name="shortcuts" value="off" aria-pressed={on ? "false" : "true"}>
          {words.off}
        </button>
      </fieldset>
      <p class="faint">{words.switchText}</p>
    </form>
  );
}
