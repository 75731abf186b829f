/**
 * The formats of times and numbers, each made once: making one costs as much as hundreds of uses of it, and a chart uses
 * hundreds. There are few: one for each language, shape and time zone that is shown.
 */
const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

/** Without `timeZone`, in the reader's own. */
export function dateFormat(
  locale: string,
  shape: Intl.DateTimeFormatOptions,
  timeZone?: string,
): Intl.DateTimeFormat {
  const options = timeZone === undefined ? shape : { ...shape, timeZone };
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, options);
    dates.set(key, format);
  }
  return format;
}

export function numberFormat(locale: string, leastDecimals: number, mostDecimals: number): Intl.NumberFormat {
  const key = `${locale} ${leastDecimals} ${mostDecimals}`;
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: leastDecimals,
      maximumFractionDigits: mostDecimals,
    });
    numbers.set(key, format);
  }
  return format;
}
