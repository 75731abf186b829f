import copy from "../icons/copy.svg" with { type: "text" };
import { useIslandWords } from "../words/use-words.ts";
import { Drawing } from "./drawing.tsx";

/** Something to type elsewhere, with a button that copies it. The button appears where script can copy. */
export function Command({ text, name }: { text: string; name: string }) {
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} name={name} />
    </div>
  );
}

/** `name` completes "Copy …" for those who cannot see what it stands beside. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const { live } = useIslandWords();
  return (
    <button
      class="icon-button"
      type="button"
      data-copy={text}
      aria-label={live.copy(name)}
      title={live.copyShort}
      hidden
    >
      <Drawing markup={copy} />
    </button>
  );
}
