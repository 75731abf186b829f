import type { ComponentChildren } from "preact";
import type { IconName } from "../icons/icons.ts";
import { EmptyBox } from "./empty-box.tsx";
import { Icon } from "./icon.tsx";

/** An empty state teaches: what this is, and the one thing that fills it (in `children`). */
export function Empty(props: { icon: IconName; title: string; text: string; children?: ComponentChildren }) {
  const { icon, ...rest } = props;
  return <EmptyBox drawing={<Icon name={icon} />} {...rest} />;
}
