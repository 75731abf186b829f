import { useWords } from "../words/use-words.ts";
import { Dialog, DialogClose } from "./dialog.tsx";

/** A button whose act cannot be taken back: it first says what will happen. The keyboard is put on what changes nothing. */
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
      <Dialog id={props.id} title={props.question} text={props.consequence}>
        <form method="post" action={props.action}>
          <div class="actions">
            <button class="button danger" type="submit">
              {props.verb}
            </button>
            <DialogClose of={props.id} label={frame.keepIt} first />
          </div>
        </form>
      </Dialog>
    </>
  );
}
