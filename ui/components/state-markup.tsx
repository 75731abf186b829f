import { renderToString } from "preact-render-to-string";
import { element, escaped } from "../layout/markup.ts";
import type { Shape, StateWords } from "../words/words.ts";
import { Mark } from "./mark.tsx";

/** What `State` makes of it, as markup. */
export function stateMarkup({ shape, tone, word }: StateWords, title?: string): string {
  const look = { class: `state tone-${tone}${tone === "ok" ? "" : " colored"}`, title };
  return element("span", look, `${markMarkup(shape)}${escaped(word)}`);
}

function markMarkup(shape: Shape): string {
  const known = marks.get(shape) ?? renderToString(<Mark shape={shape} />);
  marks.set(shape, known);
  return known;
}

const marks = new Map<Shape, string>();
