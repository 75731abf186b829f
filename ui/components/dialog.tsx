import type { ComponentChildren } from "preact";

/**
 * What a button asks or says before anything happens: a native popover, so that it works without script too. Where it is opened
 * the keyboard goes to what in it has `autofocus`; Esc gives it back to the button.
 */
export function Dialog(props: {
  id: string;
  title: string;
  text?: string | undefined;
  children: ComponentChildren;
}) {
  const { id, title, text } = props;
  return (
    <div
      class="popover confirm"
      id={id}
      popover="auto"
      role="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={text === undefined ? undefined : `${id}-text`}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      {text === undefined ? null : (
        <p class="muted" id={`${id}-text`}>
          {text}
        </p>
      )}
      {props.children}
    </div>
  );
}

/** The button that closes a dialog and changes nothing. */
export function DialogClose({ of, label, first = false }: { of: string; label: string; first?: boolean }) {
  return (
    <button
      class="button quiet"
      type="button"
      popovertarget={of}
      popovertargetaction="hide"
      autofocus={first}
    >
      {label}
    </button>
  );
}
