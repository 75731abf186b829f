import { ICONS, type IconName } from "../icons/icons.ts";
import { shapesOf } from "../icons/shapes.ts";
import { asMarkup, element } from "../layout/markup.ts";

/** An icon of 16 px, or 20 with `large`. It is decoration: the words beside it are its name. */
export function Icon({ name, large = false }: { name: IconName; large?: boolean }) {
  return asMarkup(iconMarkup(name, large));
}

/** The same as text: what `Drawing` makes of it. */
export function iconMarkup(name: IconName, large = false): string {
  const key = large ? `${name} large` : name;
  const known = drawn.get(key);
  if (known !== undefined) return known;
  const look = { class: large ? "icon large" : "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
  const made = element("svg", look, shapesOf(ICONS[name]));
  drawn.set(key, made);
  return made;
}

const drawn = new Map<string, string>();
