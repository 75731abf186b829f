import type { Content } from "./letters.ts";

/** A letter as HTML. Styles stand in the attributes, because mail programs drop the rest; nothing is loaded. */
export function letterPage({ language, subject, reason, action, notes, sender }: Content): string {
  const paragraphs = notes.map((note) => `<p style="color:#555">${escaped(note)}</p>`);
  return `<!doctype html>
<html lang="${escaped(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff">
<div style="max-width:560px;margin:0 auto">
<h1 style="font-size:20px;margin:0 0 16px">${escaped(subject)}</h1>
<p>${escaped(reason)}</p>
${action === null ? "" : button(action)}${paragraphs.join("\n")}
<p style="color:#555;border-top:1px solid #ddd;padding-top:12px;font-size:14px">${escaped(sender)}</p>
</div>
</body>
</html>
`;
}

/** A link that looks like a button, and its address in words for who would rather see where it leads. */
function button({ label, link }: { label: string; link: string }): string {
  const href = escaped(link);
  return `<p style="margin:24px 0"><a href="${href}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5fbf;color:#fff;text-decoration:none;font-weight:600">${escaped(label)}</a></p>
<p style="font-size:14px;word-break:break-all"><a href="${href}" style="color:#1f5fbf">${href}</a></p>
`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
