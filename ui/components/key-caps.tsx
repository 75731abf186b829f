import { useWords } from "../words/use-words.ts";

/**
 * Keys as they are printed on the keyboard, for the eye, or with `read` for everybody: `g s` one after the other, `mod+K` together, where `mod` is the
 * control key, or the command key of a Mac.
 */
export function KeyCaps({ keys, read = false }: { keys: string; read?: boolean }) {
  const { caps } = useWords().shortcuts;
  return (
    <span class="key-caps" {...(read ? {} : { "aria-hidden": "true" })}>
      {keys.split(/[ +]/).map((key) => (
        <kbd key={key}>{Object.hasOwn(caps, key) ? caps[key as keyof typeof caps] : key}</kbd>
      ))}
    </span>
  );
}
