import { renderToString } from "preact-render-to-string";
import { State } from "../components/state.tsx";
import { asMarkup, element } from "../layout/markup.ts";
import type { StateWords } from "../words/words.ts";
import type { IslandName } from "./names.ts";

/**
 * The island of a device's state that has no reason beside it, as nearly all have none: what `Island` would make of it, with
 * what is inside made once for each state and language.
 */
export function PlainState(island: { name: IslandName; props: object; state: StateWords }) {
  const { name, props, state } = island;
  const key = `${state.shape} ${state.tone} ${state.word}`;
  const inside = made.get(key) ?? renderToString(<State state={state} />);
  made.set(key, inside);
  return asMarkup(element("x-island", { name, props: JSON.stringify(props) }, inside));
}

const made = new Map<string, string>();
