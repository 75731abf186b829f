import { createElement, type FunctionComponent } from "preact";
import type { IslandName } from "./names.ts";

/**
 * A part of a page that goes on living in the browser: rendered here like everything else, with its props as JSON in
 * an attribute, from which the element `x-island` renders it again where script runs.
 */
export function Island<Props extends object>(island: {
  name: IslandName;
  of: FunctionComponent<Props>;
  props: Props;
}) {
  const { name, of, props } = island;
  return createElement("x-island", { name, props: JSON.stringify(props) }, createElement(of, props));
}
