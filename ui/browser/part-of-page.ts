/** An element of another page, fetched and put into this one. Null when that page cannot be had, or is without it. */
export async function partOfPage(path: string, id: string): Promise<HTMLElement | null> {
  // As a part that renews itself asks: what is to be told once is left for a page.
  const answer = await fetch(path, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok !== true) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById(id);
  return part === null ? null : document.importNode(part, true);
}
