import { LANGUAGES } from "../words/languages.ts";
import { useWords } from "../words/use-words.ts";

/** A form that changes the language, each offered by its own name. The whole page is loaded again, script and all. */
export function LanguageChoice({ id, next }: { id: string; next: string }) {
  const { language, frame } = useWords();
  return (
    <form method="post" action="/language" hx-boost="false">
      <input type="hidden" name="next" value={next} />
      <span class="popover-label" id={id}>
        {frame.language}
      </span>
      <fieldset class="segmented wide" aria-labelledby={id}>
        {Object.entries(LANGUAGES).map(([key, { name }]) => (
          <button
            key={key}
            type="submit"
            name="language"
            value={key}
            lang={key}
            aria-pressed={key === language ? "true" : "false"}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
