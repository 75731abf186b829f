import type { ComponentChildren } from "preact";

/** The head of a page: its title is a sentence with the state in it, below it facts in a line, beside it actions. */
export function PageHead(props: {
  title: ComponentChildren;
  text?: ComponentChildren;
  facts?: ComponentChildren;
  actions?: ComponentChildren;
}) {
  return (
    <div class="page-head">
      <div class="page-title">
        <h1>{props.title}</h1>
        {props.text === undefined ? null : <p>{props.text}</p>}
        {props.facts === undefined ? null : <div class="page-facts">{props.facts}</div>}
      </div>
      {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
    </div>
  );
}
