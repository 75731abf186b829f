/** What of a text was meant by what somebody typed, as stretches `[from, to)`; and how good a match that is. */
export interface Fit {
  /** Higher is better. */
  score: number;
  stretches: readonly (readonly [from: number, to: number])[];
}

/** Without case and accents, letter by letter: what stands at a place stays there. */
const folded = (text: string): string[] =>
  [...text].map((letter) => letter.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase() || letter);
const isWord = (letter: string | undefined) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

/**
 * Whether a text fits what was typed: each word of it is in the text, whole, as the beginning of a word, or letter by
 * letter from the beginning of a word on, with few left out. Null when one of the words is not.
 */
export function fit(text: string, typed: string): Fit | null {
  const letters = folded(text);
  const words = typed.split(/\s+/).filter((word) => word !== "");
  const stretches: [number, number][] = [];
  let score = 0;
  for (const word of words) {
    const found = fitWord(letters, folded(word));
    if (found === null) return null;
    score += found.score;
    stretches.push(...found.stretches);
  }
  // Of two that have it all, the one with less besides.
  return { score: score - letters.length / 100, stretches: joined(stretches) };
}

const BEGINS_TEXT = 8;
const BEGINS_WORD = 6;
const WITHIN = 3;
const LETTER_BY_LETTER = 1;

function fitWord(letters: readonly string[], word: readonly string[]) {
  let best: { score: number; stretches: [number, number][] } | null = null;
  for (let at = 0; at < letters.length; at += 1) {
    const begins = !isWord(letters[at - 1]);
    const whole = word.every((letter, index) => letters[at + index] === letter);
    const score = !whole ? LETTER_BY_LETTER : at === 0 ? BEGINS_TEXT : begins ? BEGINS_WORD : WITHIN;
    if (best !== null && best.score >= score) continue;
    if (whole) best = { score, stretches: [[at, at + word.length]] };
    else if (begins) {
      const stretches = scattered(letters, word, at);
      if (stretches !== null) best = { score, stretches };
    }
  }
  return best;
}

/** The letters of a word one after the other, from a place on; null when too many others are between. */
function scattered(letters: readonly string[], word: readonly string[], from: number) {
  // Two letters are in everything.
  if (word.length < 3 || letters[from] !== word[0]) return null;
  const stretches: [number, number][] = [];
  let at = from;
  for (const letter of word) {
    at = letters.indexOf(letter, at);
    if (at === -1 || at - from >= 3 * word.length) return null;
    stretches.push([at, at + 1]);
    at += 1;
  }
  return stretches;
}

function joined(stretches: [number, number][]): [number, number][] {
  const sorted = stretches.sort(([one], [other]) => one - other);
  const all: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = all.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

/** A text in pieces, each with whether it is what was typed. */
export function pieces(text: string, { stretches }: Fit): { text: string; meant: boolean }[] {
  const letters = [...text];
  const all: { text: string; meant: boolean }[] = [];
  let done = 0;
  const add = (to: number, meant: boolean) => {
    if (to > done) all.push({ text: letters.slice(done, to).join(""), meant });
    done = Math.max(done, to);
  };
  for (const [from, to] of stretches) {
    add(from, false);
    add(to, true);
  }
  add(letters.length, false);
  return all;
}
