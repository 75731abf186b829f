import type { VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";

/**
 * Markup as it stands, without an element around it, where a row of a list shows the same again and again: it takes a
 * tenth of what its elements do. On the server alone: the browser has nothing to make elements of it.
 */
export const asMarkup = (html: string): VNode => jsxTemplate([html]);

/**
 * An element as markup. `inside` is markup, null for an element that has no inside; the attributes are texts: one that is undefined is left
 * out, of one that is empty its name stands.
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>>,
  inside: string | null,
): string {
  let html = `<${tag}`;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === "") html += ` ${name}`;
    else if (value !== undefined) html += ` ${name}="${escaped(value)}"`;
  }
  return inside === null ? `${html}/>` : `${html}>${inside}</${tag}>`;
}

/** Text as markup, between tags or within the quotes of an attribute. */
export function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

const SPECIAL = /[&"<]/;
