/** The words somebody searches for, as the index has them: letters and numbers, the rest divides. */
export function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== "");
}

/**
 * The conditions of full-text queries that find what has all of the words: `likely` ones to be asked one after the other
 * until enough is found, with the words as they are and with the last unfinished, and the `dear` one, with any
 * unfinished, for when those find nothing at all: it reads ten times as much. Without words there are none.
 */
export function conditions(organizationId: string, words: readonly string[]) {
  const organization = `"\u{e000}${organizationId.replaceAll("-", "")}"`;
  // A word in quotes is no operator, and has no quote in it.
  const finished = words.map((word) => `"${word}"`);
  const unfinished = finished.map((word) => `${word}*`);
  const last = [...finished.slice(0, -1), ...unfinished.slice(-1)];
  const likely = words.length === 0 ? [] : [finished, last];
  const dear = words.length < 2 ? [] : [unfinished];
  const written = (all: readonly string[]) => [organization, ...all].join(" AND ");
  return { likely: likely.map(written), dear: dear.map(written) };
}

/**
 * Found names in the order people look for them: the very name, those that begin with what was typed, those of which a
 * word does, the others; alike ones by the alphabet.
 */
export function bestFirst<Named extends { name: string }>(found: readonly Named[], text: string): Named[] {
  const typed = folded(text);
  const rank = (name: string): number => {
    if (name === typed) return 0;
    if (name.startsWith(typed)) return 1;
    return wordsOf(name).some((word) => word.startsWith(typed)) ? 2 : 3;
  };
  return found
    .map((named) => ({ named, name: folded(named.name) }))
    .sort((one, other) => rank(one.name) - rank(other.name) || ALPHABET.compare(one.name, other.name))
    .map(({ named }) => named);
}

const ALPHABET = new Intl.Collator("en", { numeric: true });

/** Without case and accents, as the index compares. */
const folded = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
