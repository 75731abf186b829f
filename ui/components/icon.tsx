import { type IconName, iconShapes } from "../icons/icons.ts";

/** An icon of 16 px, or 20 with `large`. It is decoration: the words beside it are its name. */
export function Icon({ name, large = false }: { name: IconName; large?: boolean }) {
  return (
    <svg
      class={large ? "icon large" : "icon"}
      viewBox="0 0 24 24"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: iconShapes(name) }}
    />
  );
}
