import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { KIB } from "../../protocol/units.ts";

/** Longest value that is taken. */
export const VALUE_MAX_BYTES = 64 * KIB;

/**
 * The JSON values of a body as they come: a value a line (NDJSON), or the items of an array. Holds those that came with one
 * piece of it. Ends with a refusal at what is no JSON (`request.not-json`) or is too long (`request.too-large`).
 */
export async function* jsonValues(body: AsyncIterable<Uint8Array>): AsyncGenerator<Result<unknown>[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const scanner = new ValueScanner();
  let some: Result<unknown>[] = [];
  const taken = (): Result<unknown>[] => {
    const all = some;
    some = [];
    return all;
  };
  try {
    for await (const piece of body) {
      for (const text of scanner.take(decoder.decode(piece, { stream: true })))
        some.push(accept(JSON.parse(text)));
      if (scanner.heldChars > VALUE_MAX_BYTES) {
        some.push(refuse("request.too-large", `a value may have at most ${VALUE_MAX_BYTES} bytes`));
        yield taken();
        return;
      }
      if (some.length > 0) yield taken();
    }
    for (const text of scanner.end()) some.push(accept(JSON.parse(text)));
    if (scanner.isOpen) some.push(refuse("request.not-json", "the array does not end"));
    if (some.length > 0) yield taken();
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 100) : "it is no JSON";
    yield [...some, refuse("request.not-json", detail)];
  }
}

const SPACE = /\s/;

/** Finds where values begin and end, without reading what is in them. */
class ValueScanner {
  #held = "";
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** Null before anything came. */
  #isArray: boolean | null = null;
  #ended = false;

  get heldChars(): number {
    return this.#held.length;
  }

  get isOpen(): boolean {
    return this.#isArray === true && !this.#ended;
  }

  *take(text: string): Generator<string> {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at]!;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (character === "\\") this.#escaped = true;
        else if (character === '"') this.#inText = false;
        continue;
      }
      if (this.#isArray === null && !SPACE.test(character)) {
        this.#isArray = character === "[";
        if (this.#isArray) {
          from = at + 1;
          continue;
        }
      }
      if (character === '"') this.#inText = true;
      else if (character === "{" || character === "[") this.#depth += 1;
      else if (this.#depth > 0) {
        if (character === "}" || character === "]") this.#depth -= 1;
      } else if (character === (this.#isArray ? "," : "\n")) {
        yield* this.#cut(text.slice(from, at));
        from = at + 1;
      } else if (character === "]" && this.#isArray && !this.#ended) {
        yield* this.#cut(text.slice(from, at));
        this.#ended = true;
        from = at + 1;
      }
    }
    this.#held += text.slice(from);
  }

  *end(): Generator<string> {
    yield* this.#cut("");
  }

  *#cut(rest: string): Generator<string> {
    const value = this.#held + rest;
    this.#held = "";
    if (value.trim() === "") return;
    if (this.#ended) throw new SyntaxError("something follows the array");
    yield value;
  }
}
