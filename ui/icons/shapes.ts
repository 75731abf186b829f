/** What is inside the outermost `<svg>` of an icon's markup: it is drawn on a grid of 24 by 24 with strokes. */
export function shapesOf(markup: string): string {
  const shapes = markup.slice(markup.indexOf(">") + 1, markup.lastIndexOf("</svg>"));
  return shapes.trim().replaceAll(/>\s+</g, "><");
}
