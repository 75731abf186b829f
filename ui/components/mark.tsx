import type { Shape } from "../words/words.ts";

/** The shape of a state, 12 px, in the colour of the `tone-…` class around it. Always beside the word it stands for. */
export function Mark({ shape }: { shape: Shape }) {
  return (
    <svg class="mark" viewBox="0 0 12 12" aria-hidden="true">
      <ShapeOf shape={shape} />
    </svg>
  );
}

function ShapeOf({ shape }: { shape: Shape }) {
  switch (shape) {
    case "disc":
      return <circle cx="6" cy="6" r="4.5" fill="currentColor" />;
    case "half":
      return (
        <>
          <circle cx="6" cy="6" r="3.9" fill="none" stroke="currentColor" stroke-width="1.4" />
          <path d="M6 2.1a3.9 3.9 0 0 1 0 7.8z" fill="currentColor" />
        </>
      );
    case "ring":
      return <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" stroke-width="1.7" />;
    case "dotted":
      return (
        <circle
          cx="6"
          cy="6"
          r="3.9"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-dasharray="1.9 2.18"
        />
      );
    case "triangle":
      return <path d="M6 1.1 11.4 10.6H.6z" fill="currentColor" />;
    case "square":
      return <rect x="1.5" y="1.5" width="9" height="9" rx="1.4" fill="currentColor" />;
    case "diamond":
      return <path d="M6 .8 11.2 6 6 11.2.8 6z" fill="currentColor" />;
  }
}
