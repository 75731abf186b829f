import type { ComponentChildren } from "preact";

/** A titled area. `flush` when its content (a table, a list) brings its own padding. */
export function Panel(props: {
  title: string;
  id?: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  flush?: boolean;
  children: ComponentChildren;
}) {
  return (
    <section class="panel" id={props.id}>
      <header class="panel-head">
        <h2>{props.title}</h2>
        {props.note === undefined ? null : <p>{props.note}</p>}
        {props.actions}
      </header>
      {props.flush ? props.children : <div class="panel-body">{props.children}</div>}
    </section>
  );
}
