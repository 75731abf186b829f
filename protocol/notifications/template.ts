import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { type Message, messageSchema } from "./message.ts";
import { placeholdersIn, variableNameSchema, type variablesSchema } from "./placeholders.ts";

/** A message that is written once and sent often: in several languages, with places that are filled when it is sent. */

export const languageTagSchema = v.pipe(
  v.string("must be a text"),
  v.regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, "must be a language such as en or pt-BR"),
);

const declaredSchema = v.strictObject({
  name: variableNameSchema,
  /** Without one the variable must be given. */
  default: v.optional(v.pipe(v.string("must be a text"), v.maxLength(500))),
});

export const TEMPLATE_VARIABLES_MAX = 32;

export const templateInputSchema = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.string("must be a text"),
      v.trim(),
      v.minLength(1, "a template needs a name"),
      v.maxLength(100, "must have at most 100 characters"),
    ),
    description: v.optional(v.pipe(v.string("must be a text"), v.trim(), v.maxLength(500)), ""),
    /** What readers get whose language it does not speak. */
    language: v.optional(languageTagSchema, "en"),
    /** The message by language. */
    messages: v.pipe(
      v.record(languageTagSchema, messageSchema, "must be messages by language"),
      v.check((messages) => Object.keys(messages).length > 0, "must have one language at least"),
    ),
    variables: v.optional(
      v.pipe(
        v.array(declaredSchema, "must be a list"),
        v.maxLength(TEMPLATE_VARIABLES_MAX, `must be at most ${TEMPLATE_VARIABLES_MAX}`),
        v.check((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have a name each"),
      ),
      [],
    ),
  }),
  v.forward(
    v.check(({ language, messages }) => messages[language] !== undefined, "must be one of its languages"),
    ["language"],
  ),
  v.metadata({ ref: "NotificationTemplateInput" }),
);
export type TemplateInput = v.InferOutput<typeof templateInputSchema>;

export const templateSchema = v.pipe(
  v.object({
    id: idSchema,
    name: v.string(),
    description: v.string(),
    language: v.string(),
    messages: v.record(v.string(), messageSchema),
    variables: v.array(declaredSchema),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  }),
  v.metadata({ ref: "NotificationTemplate" }),
);
export type Template = v.InferOutput<typeof templateSchema>;

/** `GET /api/v1/notifications/templates` */
export const templateQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["name", "createdAt", "updatedAt"]),
});
export type TemplateQuery = v.InferOutput<typeof templateQuerySchema>;

/** What a notification is sent from: the messages by language as they were when it was made. */
export type Wording = Pick<TemplateInput, "language" | "messages" | "variables">;

/** The message for a reader of this language: in it, in one that differs by the country only, or in the template's own. */
export function messageFor({ language, messages }: Wording, reader: string | null): Message {
  const near = reader?.split("-")[0];
  const found =
    (reader === null ? undefined : messages[reader]) ??
    Object.entries(messages).find(([tag]) => tag.split("-")[0] === near)?.[1] ??
    messages[language];
  if (found === undefined) throw new Error("a template has no message in its own language");
  return found;
}

/** Names that its messages use and that nobody declares or gives. */
export function unknownVariables(
  { messages, variables }: Wording,
  given: v.InferOutput<typeof variablesSchema>,
  builtIn: readonly string[],
): string[] {
  const known = new Set([...variables.map(({ name }) => name), ...Object.keys(given), ...builtIn]);
  const used = new Set(Object.values(messages).flatMap(placeholdersIn));
  return [...used].filter((name) => !known.has(name));
}

/** Names that are declared without a default, and not given. */
export function missingVariables(
  { variables }: Wording,
  given: v.InferOutput<typeof variablesSchema>,
): string[] {
  return variables
    .filter((one) => one.default === undefined && given[one.name] === undefined)
    .map(({ name }) => name);
}
