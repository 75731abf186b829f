import type { Context } from "hono";
import { mergePage, type View } from "../../ui/ui.ts";
import type { AppEnv } from "./env.ts";
import { type ShowParts, show } from "./show.ts";
import { type Fields, type IfMatch, meetings, versionOf } from "./versions.ts";

/** One side of a lost update: the record's fields, and the same as a form has them. */
interface Side {
  fields: Fields;
  texts: Readonly<Record<string, string>>;
}

export interface LostUpdate extends Pick<View, "section" | "crumbs"> {
  record: string;
  action: string;
  cancel: string;
  /** The form's fields by name, as people call them. */
  labels: Readonly<Record<string, string>>;
  /** The version that the person's edit began with. */
  version: string;
  yours: Side;
  theirs: Side;
}

/** The version a form was made with. A form without one replaces whatever is there, as it does in the API. */
export function versionOfForm(form: Record<string, string>): IfMatch | undefined {
  return form.version === undefined ? undefined : [form.version];
}

/** Lets the person choose between what they typed and what somebody else saved meanwhile. */
export async function showMerge(c: Context<AppEnv>, parts: ShowParts, lost: LostUpdate): Promise<Response> {
  const { labels, yours, theirs } = lost;
  const met = await meetings(lost.version, yours.fields, theirs.fields);
  const choices = met
    .filter(({ field }) => field in labels)
    .map(({ field, untouched }) => ({
      name: field,
      label: labels[field] ?? field,
      yours: yours.texts[field] ?? "",
      theirs: theirs.texts[field] ?? "",
      untouched,
    }));
  const chosen = new Set(choices.map(({ name }) => name));
  const view = mergePage({
    ...lost,
    version: await versionOf(theirs.fields),
    choices,
    kept: Object.fromEntries(Object.entries(yours.texts).filter(([name]) => !chosen.has(name))),
  });
  return show(c, parts, view, 412);
}
