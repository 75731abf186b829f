import type { TimeWords } from "../english/times.ts";
import type { Forms } from "../forms.ts";

export function times({ count, plural }: Forms): TimeWords {
  const spans: TimeWords["spans"] = {
    second: (amount) => `${count(amount)} s`,
    minute: (amount) => `${count(amount)} min`,
    hour: (amount) => `${count(amount)} h`,
    day: (amount) => `${count(amount)} ${plural(amount, { one: "Tag", other: "Tage" })}`,
  };
  /** After "vor", "in" and "seit" comes the dative: "vor 3 Tagen". */
  const dative = (unit: keyof typeof spans, amount: number) =>
    unit === "day"
      ? `${count(amount)} ${plural(amount, { one: "Tag", other: "Tagen" })}`
      : spans[unit](amount);
  return {
    justNow: "gerade eben",
    spans,
    ago: (unit, amount) => `vor ${dative(unit, amount)}`,
    until: (unit, amount) => `in ${dative(unit, amount)}`,
    lasting: dative,
    never: "Nie",
    days: (amount) => `${count(amount)} d`,
    ahead: (span) => `Uhr geht ${span} vor`,
    both: (yours, there) => `${yours} bei Ihnen · ${there} am Standort`,
    here: (yours) => `${yours} bei Ihnen`,
    there: (there) => `${there} am Standort`,
    behind: (span) => `Uhr geht ${span} nach`,
  };
}
