import { numberFormat } from "./formats.ts";
import { decimalsOf } from "./numbers.ts";

/** The words that a count is put before, by its plural category; a language names those it has, and always `other`. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** What a language has besides its words: how it writes numbers, and which plural a count takes. */
export interface Forms {
  /** BCP 47, with the region whose way of writing numbers and dates is used: `en-GB`. */
  locale: string;
  /** A count with thousands apart: `12,345`. */
  count(count: number): string;
  /** A count with its noun: `1 site`, `12 sites`. */
  counted(count: number, noun: Plural): string;
  /** The form of a word that a count takes, without the count. */
  plural(count: number, forms: Plural): string;
  /**
   * A measured number as people read it: four significant digits, no trailing zeros, or exactly `digits` decimals when
   * given. Very large and very small numbers in powers of ten.
   */
  number(value: number, digits?: number): string;
}

export function formsOf(locale: string): Forms {
  const rules = new Intl.PluralRules(locale);
  const count = (value: number) => numberFormat(locale, 0, 3).format(value);
  const plural = (value: number, forms: Plural) => forms[rules.select(value)] ?? forms.other;
  return {
    locale,
    count,
    plural,
    counted: (value, noun) => `${count(value)} ${plural(value, noun)}`,
    number(value, digits) {
      const size = Math.abs(value);
      if (size !== 0 && (size >= 1e9 || size < 1e-4)) return value.toExponential(2);
      return numberFormat(locale, digits ?? 0, digits ?? decimalsOf(value)).format(value);
    },
  };
}
