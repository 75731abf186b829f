import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useWords } from "../words/use-words.ts";

/** Whether the keyboard of whoever asked is a Mac's. */
export const MacKeys = createContext(false);

/** Whether a `User-Agent` header is of a Mac, or of a telephone or tablet that takes a Mac's keyboard. */
export function hasMacKeys(userAgent: string | null | undefined): boolean {
  return /Macintosh|iPhone|iPad/.test(userAgent ?? "");
}

/**
 * Keys as they are printed on the keyboard, for the eye, or with `read` for everybody: `g s` one after the other, `mod+K` together, where `mod` is the
 * control key, or the command key of a Mac.
 */
export function KeyCaps({ keys, read = false }: { keys: string; read?: boolean }) {
  const { caps: common } = useWords().shortcuts;
  const caps = useContext(MacKeys) ? { ...common, mod: "⌘" } : common;
  return (
    <span class="key-caps" {...(read ? {} : { "aria-hidden": "true" })}>
      {keys.split(/[ +]/).map((key) => (
        <kbd key={key}>{Object.hasOwn(caps, key) ? caps[key as keyof typeof caps] : key}</kbd>
      ))}
    </span>
  );
}
