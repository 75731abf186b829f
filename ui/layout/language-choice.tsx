import { LANGUAGES } from "../words/languages.ts";
import { useWords } from "../words/use-words.ts";

/**
 * A form that changes the language, each offered by its own name. The whole page is loaded again, script and all.
 * `labelId` where its label is seen too.
 */
export function LanguageChoice({ next, labelId }: { next: string; labelId?: string }) {
  const { language, frame } = useWords();
  const name = labelId === undefined ? { "aria-label": frame.language } : { "aria-labelledby": labelId };
  return (
    <form method="post" action="/language" hx-boost="false">
      <input type="hidden" name="next" value={next} />
      {labelId === undefined ? null : (
        <span class="popover-label" id={labelId}>
          {frame.language}
        </span>
      )}
      <fieldset class="segmented wide" {...name}>
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
