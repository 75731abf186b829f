/** Attributes that name elements by their ids, one or several. */
const IDS = / (id|for|form|list|popovertarget|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"/g;
/** What scripts and the server act on. */
const ACTING =
  / (?:hx-[\w:-]+|data-(?!ago|zone)[\w-]+|action|method|role="(?:dialog|alert|status)")(?:="[^"]*")?/g;

/**
 * The HTML of a component as a picture of itself, of which a page may hold several: its ids end in `mark`, its forms go
 * nowhere, no script adopts it, and it is no landmark and no heading of the first order. `open` shows what would wait for a
 * press; `live` leaves its islands alone. Links lead to `href`.
 */
export function still(
  html: string,
  manner: { mark: string; href: string; open: boolean; live: boolean },
): string {
  const { mark, href, open, live } = manner;
  const quiet = (live ? html : html.replace(/<(\/?)x-island\b(?:[^>"]|"[^"]*")*>/g, "<$1span>"))
    .replace(/<(\/?)(?:nav|aside|search|section)\b/g, (_, slash: string) =>
      slash === "" ? '<div role="group"' : "</div",
    )
    .replace(/<div role="group"([^>]*?) role="[^"]*"/g, '<div role="group"$1')
    .replace(/<(\/?)h1\b/g, (_, slash: string) => (slash === "" ? '<h2 class="as-h1"' : "</h2"))
    .replace(/<(\/?)form\b/g, (_, slash: string) => (slash === "" ? '<form method="dialog"' : "</form"))
    // Only what has attributes.
    .replace(/<[a-z][\w-]* (?:[^>"]|"[^"]*")*>/g, (tag) => quietTag(tag, mark, href));
  if (!open) return quiet;
  return quiet.replace(/ popover="[^"]*"/g, "").replaceAll("<dialog ", "<dialog open ");
}

function quietTag(tag: string, mark: string, href: string): string {
  const kept = tag.startsWith("<form") ? ' method="dialog" hx-boost="false"' : "";
  return (
    tag
      // A script shows it: here there is none.
      .replace(/ data-pick-all(?:="[^"]*")? hidden(?:="[^"]*")?/, "")
      .replace(ACTING, "")
      .replace(/^<form/, `<form${kept}`)
      .replace(/ href="[^"]*"/, ` href="${href}"`)
      .replace(IDS, (_, name: string, ids: string) => {
        const marked = ids.split(" ").map((id) => `${id}-${mark}`);
        return ` ${name}="${marked.join(" ")}"`;
      })
  );
}
