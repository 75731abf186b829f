import { renderToString } from "preact-render-to-string";
import type { FieldError } from "../../protocol/errors.ts";
import { FieldProblem } from "../components/field.tsx";
import type { Words } from "../words/catalogues.ts";
import { PageWords } from "../words/use-words.ts";

/** What is wrong with a form's fields, and nothing else: each message as it stands below its field. */
export function renderFieldProblems(words: Words, errors: readonly FieldError[]): string {
  const first = new Map<string, string>();
  for (const { path, message } of errors) {
    const [name = ""] = path.split(".");
    if (!first.has(name)) first.set(name, message);
  }
  return renderToString(
    <PageWords.Provider value={words}>
      {[...first].map(([name, error]) => (
        <FieldProblem key={name} name={name} hint={undefined} error={error} />
      ))}
    </PageWords.Provider>,
  );
}
