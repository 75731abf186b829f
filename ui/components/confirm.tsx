import { useWords } from "../words/use-words.ts";

/**
 * A button whose act cannot be taken back: it first says what will happen. A native popover holding a plain form, so
 * that it works without script too.
 */
export function Confirm(props: {
  id: string;
  label: string;
  question: string;
  consequence: string;
  action: string;
  verb: string;
}) {
  const { frame } = useWords();
  return (
    <>
      <button class="button quiet above" type="button" popovertarget={props.id}>
        {props.label}
      </button>
      <div class="popover confirm" id={props.id} popover="auto">
        <form method="post" action={props.action}>
          <h2>{props.question}</h2>
          <p class="muted">{props.consequence}</p>
          <div class="actions">
            <button class="button danger" type="submit">
              {props.verb}
            </button>
            <button class="button quiet" type="button" popovertarget={props.id} popovertargetaction="hide">
              {frame.keepIt}
            </button>
          </div>
        </form>
      </div>
    </>
  );
}
