import type { Result } from "../../protocol/errors.ts";

/** What was typed into a form, by field; of a field with several values they stand with commas between. */
export type FormTexts = Readonly<Record<string, string>>;

/** What the schemas of the API say of a form, by the form's name. Looks nothing up, and does nothing. */
export type FormChecks = Readonly<
  Record<string, (form: FormTexts) => Result<unknown> | Promise<Result<unknown>>>
>;
