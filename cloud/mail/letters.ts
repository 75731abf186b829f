import type { Letter } from "./smtp.ts";

/** What our letters say: every one as plain text and as HTML, from the same sentences. */

export interface ResetNews {
  email: string;
  link: string;
  /** What the account belongs to. */
  organizations: readonly string[];
}

export interface InvitationNews {
  email: string;
  link: string;
  organization: string;
  invitedBy: string;
}

interface Content {
  to: string;
  subject: string;
  /** Why the letter comes. */
  reason: string;
  /** What to do, when there is something to do. */
  action: { label: string; link: string } | null;
  /** For how long it is good, what to do when it was not oneself. */
  notes: readonly string[];
}

export function resetLetter({ email, link, organizations }: ResetNews, publicUrl: string): Letter {
  const at = organizations.length === 0 ? "" : ` at ${new Intl.ListFormat("en").format(organizations)}`;
  return compose(publicUrl, {
    to: email,
    subject: "Set a new password",
    reason: `Somebody asked to set a new password for ${email}${at}.`,
    action: { label: "Set a new password", link },
    notes: [
      "The link is good for one hour and for one password. It ends all sessions of the account.",
      "If it was not you, do nothing: your password stays as it is, and nobody else has this link.",
    ],
  });
}

export function invitationLetter(news: InvitationNews, publicUrl: string): Letter {
  const { email, link, organization, invitedBy } = news;
  return compose(publicUrl, {
    to: email,
    subject: `Join ${organization} on HOMEPOT`,
    reason: `${invitedBy} invites you to join ${organization} on HOMEPOT, where the devices of its sites are looked after.`,
    action: { label: "See the invitation", link },
    notes: [
      "The link works once, for seven days. A newer invitation takes its place.",
      `If you do not know ${invitedBy} or ${organization}, do nothing: without you the invitation comes to nothing.`,
    ],
  });
}

/** What `homepot-cloud mail-test` sends. */
export function testLetter(to: string, publicUrl: string): Letter {
  return compose(publicUrl, {
    to,
    subject: "HOMEPOT can send mail",
    reason: "An administrator of HOMEPOT tried out whether its mail arrives. It does.",
    action: null,
    notes: ["If it was not you who tried it out, there is nothing to do."],
  });
}

function compose(publicUrl: string, { to, subject, reason, action, notes }: Content): Letter {
  const sender = `HOMEPOT, ${publicUrl}`;
  const lines = [reason, ...(action === null ? [] : [`${action.label}:\n${action.link}`]), ...notes];
  return { to, subject, text: `${lines.join("\n\n")}\n\n-- \n${sender}\n`, html: page() };

  /** Styles stand in the attributes: mail programs drop the rest. */
  function page(): string {
    const paragraphs = notes.map((note) => `<p style="color:#555">${escaped(note)}</p>`);
    return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
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
