import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";

/** The address of the page being rendered, path and query: what a region asks for when something has changed. */
export const PageUrl = createContext("/");

/**
 * A part of the page that the server renders again when the live connection says something has changed (the event
 * `homepot:changed`), or every few seconds while there is none. It is morphed, so that focus and islands stay.
 * What changes while it is on its way is asked for right after: the answer may be from before.
 * Holds no form fields: what a person is typing must not be replaced.
 */
export function LiveRegion(props: {
  id: string;
  /** Also so often, while something goes on of which the connection says nothing. */
  everySeconds?: number;
  children: ComponentChildren;
}) {
  const { id, everySeconds, children } = props;
  const ticks = everySeconds === undefined ? "" : `, every ${everySeconds}s`;
  return (
    <div
      id={id}
      class="live-region"
      hx-get={useContext(PageUrl)}
      hx-select={`#${id}`}
      hx-target={`#${id}`}
      hx-swap="outerMorph"
      hx-trigger={`homepot:changed from:body${ticks}`}
      hx-sync="this:queue last"
    >
      {children}
    </div>
  );
}
