import { accept, type Result, refuse } from "../errors.ts";

/** One record of a file. `line` is where it begins, from 1; a quoted cell may go on over several lines. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** In the order in which they are preferred where a head has as many of one as of another. */
const SEPARATORS = [",", ";", "\t"] as const;

/**
 * The records of a file (RFC 4180), empty lines left out. The separator is the one that the first line has most of. Line
 * ends may be CRLF, LF or CR, and are LF inside a cell. A quote within a cell that does not begin with one is a letter.
 * Code: `csv.invalid`, with the line.
 */
export function readRecords(text: string): Result<CsvRecord[]> {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const reader = new Reader(source, separatorOf(source));
  const records: CsvRecord[] = [];
  while (!reader.isAtEnd) {
    const read = reader.record();
    if (!read.ok) return read;
    if (read.value.cells.some((cell) => cell !== "")) records.push(read.value);
  }
  return accept(records);
}

function separatorOf(text: string): string {
  const head = /^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(text)?.[0].replaceAll(/"(?:[^"]|"")*"/g, "") ?? "";
  const countOf = (separator: string) => head.split(separator).length;
  return SEPARATORS.reduce((best, one) => (countOf(one) > countOf(best) ? one : best));
}

class Reader {
  readonly #text: string;
  readonly #separator: string;
  readonly #bare: RegExp;
  #at = 0;
  #line = 1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
    this.#bare = new RegExp(`[^${separator}\\r\\n]*`, "y");
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  record(): Result<CsvRecord> {
    const line = this.#line;
    const cells: string[] = [];
    for (;;) {
      const cell = this.#text[this.#at] === '"' ? this.#quotedCell() : accept(this.#bareCell());
      if (!cell.ok) return cell;
      cells.push(cell.value);
      if (this.#text[this.#at] !== this.#separator) break;
      this.#at += 1;
    }
    const end = this.#text.startsWith("\r\n", this.#at) ? 2 : 1;
    this.#at += end;
    this.#line += 1;
    return accept({ line, cells });
  }

  #bareCell(): string {
    this.#bare.lastIndex = this.#at;
    const cell = this.#bare.exec(this.#text)?.[0] ?? "";
    this.#at += cell.length;
    return cell;
  }

  #quotedCell(): Result<string> {
    const line = this.#line;
    let from = this.#at + 1;
    for (;;) {
      const quote = this.#text.indexOf('"', from);
      if (quote === -1) return refuse("csv.invalid", `line ${line}: a quote is opened and never closed`);
      if (this.#text[quote + 1] !== '"') {
        const cell = this.#text
          .slice(this.#at + 1, quote)
          .replaceAll('""', '"')
          .replaceAll(/\r\n?/g, "\n");
        this.#at = quote + 1;
        this.#line += cell.split("\n").length - 1;
        const next = this.#text[this.#at];
        const ends = next === undefined || next === this.#separator || next === "\r" || next === "\n";
        return ends
          ? accept(cell)
          : refuse("csv.invalid", `line ${this.#line}: there is text after the quote that ends a cell`);
      }
      from = quote + 2;
    }
  }
}
