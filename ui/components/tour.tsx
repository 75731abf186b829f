import type { TourWords } from "../words/english/tour.ts";
import { useWords } from "../words/use-words.ts";

/** Where each step points, the first of these that is seen. The welcome points nowhere. */
const STEPS: readonly { key: keyof TourWords & Step; at: string }[] = [
  { key: "welcome", at: "" },
  { key: "first", at: "#overview .empty" },
  { key: "totals", at: "#overview .totals" },
  { key: "attention", at: "#overview .stack > .panel:first-child" },
  { key: "estate", at: "#overview .estate" },
  { key: "connection", at: ".bar .connection" },
  { key: "account", at: "[popovertarget=account]" },
];
type Step = "welcome" | "first" | "totals" | "attention" | "estate" | "connection" | "account";

/**
 * A look around the overview, as popovers that are closed: the script `browser/tour.ts` opens one after the other.
 * `at` once means that the person asked for it; else it is offered, and begins when they want.
 */
export function Tour({ at }: { at: "once" | "offer" }) {
  const { tour: words } = useWords();
  return (
    <div data-tour={at}>
      {STEPS.map(({ key, at: place }) => (
        <section
          key={key}
          class="popover tour"
          popover="manual"
          role="dialog"
          aria-labelledby={`tour-${key}`}
          data-tour-at={place}
        >
          <p class="tour-count" data-tour-count={words.count} />
          <h2 id={`tour-${key}`}>{words[key].title}</h2>
          <p>{words[key].text}</p>
          <div class="actions">
            {key === "welcome" ? (
              <>
                <button class="button primary" type="button" data-tour-go="next">
                  {words.start}
                </button>
                <button class="button quiet" type="button" data-tour-go="end">
                  {words.skip}
                </button>
              </>
            ) : (
              <>
                <button class="button primary" type="button" data-tour-go="next" data-tour-done={words.done}>
                  {words.next}
                </button>
                <button class="button quiet" type="button" data-tour-go="back">
                  {words.back}
                </button>
                <button class="button quiet tour-end" type="button" data-tour-go="end">
                  {words.end}
                </button>
              </>
            )}
          </div>
        </section>
      ))}
    </div>
  );
}
