import type { Problem } from "../../protocol/errors.ts";
import { Icon } from "../components/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import type { View } from "../layout/frame.ts";

/** A page in place of the one that was asked for: what happened, and what to do. Never a code alone. */
export function errorPage(props: { problem: Problem; requestId: string | null }): View {
  const { problem } = props;
  const { icon, title, text } = wordsOf(problem);
  return {
    title,
    section: null,
    crumbs: [{ label: title }],
    body: (
      <div class="error-page">
        <Icon name={icon} />
        <h1>{title}</h1>
        <p class="muted">{text}</p>
        <div class="actions">
          <a class="button primary" href="/">
            Go to the overview
          </a>
        </div>
        <p class="faint">
          <code>{problem.code}</code>
          {props.requestId === null || problem.status < 500 ? null : (
            <>
              {" "}
              · request <code>{props.requestId}</code>
            </>
          )}
        </p>
      </div>
    ),
  };
}

function wordsOf(problem: Problem): { icon: IconName; title: string; text: string } {
  switch (problem.code) {
    case "route.unknown":
      return {
        icon: "unplug",
        title: "There is no such page",
        text: "The address may be mistyped, or the page may have moved. Everything is within reach from the overview.",
      };
    case "record.not-found":
      return {
        icon: "unplug",
        title: "It is not here",
        text: "It may have been removed, or it belongs to another organisation. Its list has all there is.",
      };
    default:
      return { icon: "circle-alert", title: problem.title, text: problem.hint };
  }
}
