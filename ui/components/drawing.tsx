import { shapesOf } from "../icons/shapes.ts";

/**
 * One icon by its markup. Islands take theirs like this, each from its file: the table of names behind `Icon` would
 * bring every icon there is into the browser.
 */
export function Drawing({ markup, large = false }: { markup: string; large?: boolean }) {
  return (
    <svg
      class={large ? "icon large" : "icon"}
      viewBox="0 0 24 24"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: shapesOf(markup) }}
    />
  );
}
