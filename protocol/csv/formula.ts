/**
 * A cell that begins with one of these is a formula to a spreadsheet, and runs on the machine of whoever opens the file
 * (OWASP, CSV injection). An apostrophe before it makes it a text; so that reading takes away exactly what writing put
 * there, a text that has apostrophes of its own before such a character gets one more.
 */
const DANGEROUS = /^'*[=+\-@\t\r\n＝＋－＠]/u;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/u;
/** A negative number is a number, and people compute with it. */
const NUMBER = /^-?\d+(\.\d+)?$/;

export function guardFormula(text: string): string {
  return DANGEROUS.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The way back. */
export function unguardFormula(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
