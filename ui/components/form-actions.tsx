import type { ComponentChildren } from "preact";
import { useWords } from "../words/use-words.ts";

/** The foot of a form: it is sent, or left for the page it came from. Between the two, what else can be done with it. */
export function FormActions(props: { verb: string; back: string; children?: ComponentChildren }) {
  const { frame } = useWords();
  return (
    <div class="actions">
      <button class="button primary" type="submit">
        {props.verb}
      </button>
      {props.children}
      <a class="button quiet" href={props.back}>
        {frame.cancel}
      </a>
    </div>
  );
}
