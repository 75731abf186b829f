import type { Forms } from "../forms.ts";

/** Times and spans of them. A `span` comes as its largest unit and how many of it there are. */
export function times({ count, plural }: Forms) {
  const spans = {
    second: (amount: number) => `${count(amount)} s`,
    minute: (amount: number) => `${count(amount)} min`,
    hour: (amount: number) => `${count(amount)} h`,
    day: (amount: number) => `${count(amount)} ${plural(amount, { one: "day", other: "days" })}`,
  };
  return {
    justNow: "just now",
    spans,
    ago: (unit: keyof typeof spans, amount: number) => `${spans[unit](amount)} ago`,
    until: (unit: keyof typeof spans, amount: number) => `in ${spans[unit](amount)}`,
    /** After "for". */
    lasting: (unit: keyof typeof spans, amount: number) => spans[unit](amount),
    never: "Never",
    /** Of a clock; the units are short: `2 h 3 min`. */
    days: (amount: number) => `${count(amount)} d`,
    ahead: (span: string) => `Clock ${span} ahead`,
    /** A moment on the reader's clock and on that of a site, and on each alone. */
    both: (yours: string, there: string) => `${yours} your time · ${there} at the site`,
    here: (yours: string) => `${yours} your time`,
    there: (there: string) => `${there} at the site`,
    behind: (span: string) => `Clock ${span} behind`,
  };
}

export type TimeWords = ReturnType<typeof times>;
export type SpanUnit = keyof TimeWords["spans"];
