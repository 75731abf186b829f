/** What an examination came to: for the installer at the site. */
export interface Finding {
  /** What was looked at, in a word or two. */
  subject: string;
  /** `problem`: something does not work. `warning`: it works, and will not for ever or not as well as it could. */
  level: "ok" | "warning" | "problem";
  says: string;
  /** What to do about it; null when nothing needs to be done. */
  advice: string | null;
}

export function fine(subject: string, says: string): Finding {
  return { subject, level: "ok", says, advice: null };
}

export function warning(subject: string, says: string, advice: string): Finding {
  return { subject, level: "warning", says, advice };
}

export function problem(subject: string, says: string, advice: string): Finding {
  return { subject, level: "problem", says, advice };
}
