/**
 * Words that a person would read and that stand in the code instead of in the catalogue (`ui/words`). Found in what the
 * transpiler makes of a file, where JSX is calls with objects: there a text is a string, whatever it was written as.
 */

/** Attributes and properties of components that are read or heard. */
const SPOKEN =
  /^(children|aria-label|aria-description|title|placeholder|alt|label|text|hint|name|note|question|consequence|verb|word|none|whose|data-label)$/;
/** Of these a single word is a name of the code: `name="email"`. */
const SPOKEN_IF_PROSE = /^(name|text|none|whose|note)$/;
/** Attributes that hold several words and are not read. */
const CODE =
  /^(class|d|viewBox|points|href|action|media|content|rel|autocomplete|stroke-dasharray|hx-.*|data-.*)$/;
const PROSE = /[A-Za-z]{2,}[,;:.]? [a-z]{2,}|^[A-Z][a-z]+$/;
/** Written the same in every language: our own name, and what is typed as it stands. */
const NAMES = /^(·? ?HOMEPOT|homepot-(edge|cloud) .*|mosquitto_pub .*)$/;
/** Elements that hold what is no language. */
const NO_WORDS = /^"(code|pre|kbd|script|output)"$/;
/** What is refused is told by the API, in English; `fields` of the catalogue tells it in the reader's language. */
const ENGLISH_CALL = /^refuse(Field)?$/;

interface Level {
  bracket: string;
  /** The property whose value is being read. */
  key: string | null;
  /** Within it nothing is in a language. */
  silent: boolean;
}

const TOKEN =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<template>`(?:[^`\\]|\\[\s\S])*`)|(?<regex>(?<=[(,=:?[!&|{};]\s*)\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+\/\w*)|(?<name>[\w$]+)|(?<sign>===|!==|=>|.)/g;

/** The literals of a source file that people would read, in their order. */
export function literalsOf(source: string): string[] {
  const js = new Bun.Transpiler({ loader: "tsx" }).transformSync(source);
  const levels: Level[] = [{ bracket: "", key: null, silent: false }];
  const found: string[] = [];
  let before = "";
  let before2 = "";
  for (const { 0: token, groups = {} } of js.matchAll(TOKEN)) {
    if (groups.space !== undefined || groups.comment !== undefined) continue;
    const level = levels.at(-1)!;
    const literal = groups.text ?? groups.template;
    if (literal !== undefined && !/^(===|!==|case|import|from|in)$/.test(before)) {
      const words = wordsIn(literal);
      if (NO_WORDS.test(literal) && before === "(") level.silent = true;
      if (!level.silent && isRead(words, level.key)) found.push(words);
    }
    if (token === ":" && level.bracket === "{" && (before2 === "{" || before2 === ","))
      level.key = before.replaceAll('"', "");
    else if (token === "," && level.bracket === "{") level.key = null;
    else if (token === "{") levels.push({ ...level, bracket: token, key: null });
    else if (token === "[" || token === "(") {
      const called = /^[\w$)\]]+$/.test(before) && before !== "return";
      const silent = level.silent || (called && ENGLISH_CALL.test(before));
      levels.push({ bracket: token, key: called ? null : level.key, silent });
    } else if (/^[}\])]$/.test(token) && levels.length > 1) levels.pop();
    before2 = before;
    before = token;
  }
  return found;
}

/** A literal without its quotes, its escapes and what is put into it. */
function wordsIn(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\$\{[^}]*\}/g, " ")
    .replace(/\\n/g, " ")
    .trim();
}

function isRead(words: string, key: string | null): boolean {
  if (!/[A-Za-z]{2,}/.test(words) || NAMES.test(words) || words.includes("${")) return false;
  if (key !== null && CODE.test(key)) return false;
  if (key !== null && SPOKEN.test(key) && !SPOKEN_IF_PROSE.test(key)) return true;
  return PROSE.test(words);
}
