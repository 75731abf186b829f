import { PageHead } from "../components/page-head.tsx";
import type { View } from "../layout/frame.ts";

/** A field in which somebody else's edit met this one. */
export interface MergeChoice {
  /** As the form's field. */
  name: string;
  label: string;
  yours: string;
  theirs: string;
  /** Yours is only the old value, left as it was: theirs is what to keep. */
  untouched: boolean;
}

export interface MergeProps extends Pick<View, "section" | "crumbs"> {
  /** Of the record, as it is called now. */
  record: string;
  /** Where the form is sent, again. */
  action: string;
  /** Where its page is, without this edit. */
  cancel: string;
  /** Of the record as it is now. */
  version: string;
  choices: readonly MergeChoice[];
  /** The form's other fields, as the person typed them. */
  kept: Readonly<Record<string, string>>;
}

/** An edit that did not know of the last one: which value to keep, field by field. */
export function mergePage(props: MergeProps): View {
  const { record, choices } = props;
  return {
    title: `Choose what to keep: ${record}`,
    section: props.section,
    crumbs: props.crumbs,
    body: (
      <>
        <PageHead
          title={`${record} was changed meanwhile`}
          text={
            choices.length === 0
              ? "Somebody else saved it while you were editing, and nothing they changed differs from what you typed. Save once more."
              : "Somebody else saved it while you were editing. Nothing of yours is saved yet: choose what to keep."
          }
        />
        <form class="form" method="post" action={props.action}>
          <input type="hidden" name="version" value={props.version} />
          {Object.entries(props.kept).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {choices.map((choice) => (
            <Choice key={choice.name} {...choice} />
          ))}
          <div class="actions">
            <button class="button primary" type="submit">
              Save these
            </button>
            <a class="button quiet" href={props.cancel}>
              Drop my changes
            </a>
          </div>
        </form>
      </>
    ),
  };
}

/** The radio buttons are called like the field, so that the form's own address takes the choice as it takes a text. */
function Choice({ name, label, yours, theirs, untouched }: MergeChoice) {
  return (
    <fieldset class="merge">
      <legend>{label}</legend>
      <Side
        name={name}
        whose="Yours"
        value={yours}
        note={untouched ? "as it was before" : ""}
        on={!untouched}
      />
      <Side name={name} whose="Theirs" value={theirs} note="" on={untouched} />
    </fieldset>
  );
}

function Side(props: { name: string; whose: string; value: string; note: string; on: boolean }) {
  return (
    <label class="merge-side">
      <input type="radio" name={props.name} value={props.value} checked={props.on} />
      <span class="merge-whose">
        {props.whose}
        {props.note === "" ? null : <span class="faint"> {props.note}</span>}
      </span>
      <span class={props.value === "" ? "merge-value faint" : "merge-value"}>
        {props.value === "" ? "nothing" : props.value}
      </span>
    </label>
  );
}
