import { PageHead } from "../components/page-head.tsx";
import type { LocalView, View } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

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
export function mergePage(props: MergeProps): LocalView {
  const { record, choices } = props;
  return ({ settings: { merge } }) => ({
    title: merge.choose(record),
    section: props.section,
    crumbs: props.crumbs,
    body: (
      <>
        <PageHead
          title={merge.changed(record)}
          text={choices.length === 0 ? merge.nothingDiffers : merge.chooseText}
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
              {merge.save}
            </button>
            <a class="button quiet" href={props.cancel}>
              {merge.drop}
            </a>
          </div>
        </form>
      </>
    ),
  });
}

/** The radio buttons are called like the field, so that the form's own address takes the choice as it takes a text. */
function Choice({ name, label, yours, theirs, untouched }: MergeChoice) {
  const { merge } = useWords().settings;
  return (
    <fieldset class="merge">
      <legend>{label}</legend>
      <Side
        name={name}
        whose={merge.yours}
        value={yours}
        note={untouched ? merge.asBefore : ""}
        on={!untouched}
      />
      <Side name={name} whose={merge.theirs} value={theirs} note="" on={untouched} />
    </fieldset>
  );
}

function Side(props: { name: string; whose: string; value: string; note: string; on: boolean }) {
  const { merge } = useWords().settings;
  return (
    <label class="merge-side">
      <input type="radio" name={props.name} value={props.value} checked={props.on} />
      <span class="merge-whose">
        {props.whose}
        {props.note === "" ? null : <span class="faint"> {props.note}</span>}
      </span>
      <span class={props.value === "" ? "merge-value faint" : "merge-value"}>
        {props.value === "" ? merge.nothing : props.value}
      </span>
    </label>
  );
}
