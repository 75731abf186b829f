/**
 * The formats of times and numbers, each made once: making one costs as much as hundreds of uses of it, and a chart uses
 * hundreds. There are few: one for each shape and time zone that is shown.
 */
const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

/** Without `timeZone`, in the reader's own. */
export function dateFormat(shape: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  const options = timeZone === undefined ? shape : { ...shape, timeZone };
  const key = JSON.stringify(options);
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", options);
    dates.set(key, format);
  }
  return format;
}

export function numberFormat(leastDecimals: number, mostDecimals: number): Intl.NumberFormat {
  const key = `${leastDecimals} ${mostDecimals}`;
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-GB", {
      minimumFractionDigits: leastDecimals,
      maximumFractionDigits: mostDecimals,
    });
    numbers.set(key, format);
  }
  return format;
}
