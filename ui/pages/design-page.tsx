import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";
import { Controls, Forms } from "./design/controls.tsx";
import { Data } from "./design/data.tsx";
import { Feedback } from "./design/feedback.tsx";
import { Foundations } from "./design/foundations.tsx";
import { States } from "./design/states.tsx";

/**
 * The look of the dashboard, shown by its own components: each in every state, light beside dark, in the reader's
 * language. `design-page.test.tsx` holds that none is missing.
 */
export function designPage(): LocalView {
  return ({ design }) => ({
    title: design.title,
    section: null,
    crumbs: [{ label: design.crumb }],
    body: (
      <div class="design">
        <PageHead title={design.title} text={design.text} />
        <Contents />
        <Foundations />
        <States />
        <Controls />
        <Forms />
        <Feedback />
        <Data />
      </div>
    ),
  });
}

function Contents() {
  const { design } = useWords();
  const sections = [
    ["colour", design.foundations.colour],
    ["type", design.foundations.type],
    ["space", design.foundations.space],
    ["motion", design.foundations.motion],
    ["states", design.states.title],
    ["controls", design.controls.title],
    ["forms", design.forms.title],
    ["feedback", design.feedback.title],
    ["data", design.data.title],
  ] as const;
  return (
    <nav class="subjects" aria-label={design.contents} hx-boost="false">
      {sections.map(([id, title]) => (
        <a key={id} class="button quiet" href={`#${id}`}>
          {title}
        </a>
      ))}
    </nav>
  );
}
