import copy from "../icons/copy.svg" with { type: "text" };
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
  return (
    <button
      class="icon-button"
      type="button"
      data-copy={text}
      aria-label={`Copy ${name}`}
      title="Copy"
      hidden
    >
      <Drawing markup={copy} />
    </button>
  );
}
