import type { ComponentChildren } from "preact";

interface EmptyBoxProps {
  drawing: ComponentChildren;
  title: string;
  text: string;
  children?: ComponentChildren;
}

/** An empty state whose drawing is given: see `Empty`, which takes it by name. */
export function EmptyBox({ drawing, title, text, children }: EmptyBoxProps) {
  return (
    <div class="empty">
      {drawing}
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}
