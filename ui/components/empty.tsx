import type { ComponentChildren } from "preact";
import type { IconName } from "../icons/icons.ts";
import { Icon } from "./icon.tsx";

/** An empty state teaches: what this is, and the one thing that fills it (in `children`). */
export function Empty(props: { icon: IconName; title: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children}
    </div>
  );
}
