import { ICONS, type IconName } from "../icons/icons.ts";
import { Drawing } from "./drawing.tsx";

/** An icon of 16 px, or 20 with `large`. It is decoration: the words beside it are its name. */
export function Icon({ name, large = false }: { name: IconName; large?: boolean }) {
  return <Drawing markup={ICONS[name]} large={large} />;
}
