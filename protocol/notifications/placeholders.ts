import * as v from "valibot";
import { BODY_MAX, type Message, TITLE_MAX } from "./message.ts";

/**
 * Places in a message that are filled for each recipient: `{{device.name}}`. Names that are there for every
 * notification come from the recipient; a name that says nothing of a recipient is filled with nothing.
 */

export const BUILT_IN_VARIABLES = [
  "device.id",
  "device.name",
  "site.id",
  "site.name",
  "person.name",
] as const;

export const variableNameSchema = v.pipe(
  v.string("must be a text"),
  v.regex(/^[a-z][A-Za-z0-9_]{0,39}$/, "must be letters, digits and _, beginning with a small letter"),
);

export const variablesSchema = v.pipe(
  v.record(variableNameSchema, v.pipe(v.string("must be a text"), v.maxLength(500)), "must be texts by name"),
  v.check((all) => Object.keys(all).length <= 32, "must be at most 32"),
);
export type Variables = Readonly<Record<string, string>>;

const PLACE = /\{\{\s*([a-z][A-Za-z0-9_.]{0,59})\s*\}\}/g;

/** The names a message has places for, each once. */
export function placeholdersIn(message: Message): string[] {
  const names = new Set<string>();
  mapTexts(message, (text) => {
    for (const [, name = ""] of text.matchAll(PLACE)) names.add(name);
    return text;
  });
  return [...names];
}

/** The message with its places filled. Texts that become too long are cut; in addresses what is filled in is escaped. */
export function fill(message: Message, variables: Variables): Message {
  const filled = mapTexts(message, (text, isAddress) =>
    text.replaceAll(PLACE, (_, name: string) => {
      const value = variables[name] ?? "";
      return isAddress ? encodeURIComponent(value) : value;
    }),
  );
  return { ...filled, title: cut(filled.title, TITLE_MAX) || "–", body: cut(filled.body, BODY_MAX) };
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function mapTexts(message: Message, change: (text: string, isAddress: boolean) => string): Message {
  const { title, body, data, actions, link, image } = message;
  return {
    ...message,
    title: change(title, false),
    body: change(body, false),
    data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, change(text, false)])),
    actions: actions.map((action) => ({
      ...action,
      title: change(action.title, false),
      ...(action.link === undefined ? {} : { link: change(action.link, true) }),
    })),
    ...(link === undefined ? {} : { link: change(link, true) }),
    ...(image === undefined ? {} : { image: change(image, true) }),
  };
}
