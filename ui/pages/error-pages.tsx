import { useContext } from "preact/hooks";
import type { Problem } from "../../protocol/errors.ts";
import { Icon } from "../components/icon.tsx";
import { PageUrl } from "../components/live-region.tsx";
import { WithCode } from "../components/with-code.tsx";
import type { IconName } from "../icons/icons.ts";
import { Permissions } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";

/** A page in place of the one that was asked for: what happened, and what to do. Never a code alone. */
export function errorPage(props: { problem: Problem; requestId: string | null }): LocalView {
  const { problem } = props;
  return (words) => {
    const { icon, title, text } = whatToSay(problem, words);
    return {
      title,
      section: null,
      crumbs: [{ label: title }],
      body: (
        <div class="error-page">
          <Icon name={icon} />
          <h1>{title}</h1>
          <p class="muted">
            <WithCode text={text} />
          </p>
          <div class="actions">
            {isWorthAnotherTry(problem) ? <Again /> : null}
            <a class={isWorthAnotherTry(problem) ? "button" : "button primary"} href="/">
              <Home />
            </a>
          </div>
          <p class="faint">
            <code>{problem.code}</code>
            {props.requestId === null || problem.status < 500 ? null : (
              <>
                {" "}
                · {words.errorPages.request} <code>{props.requestId}</code>
              </>
            )}
          </p>
        </div>
      ),
    };
  };
}

/** The fault is ours, or it passes. */
const isWorthAnotherTry = ({ status }: Problem): boolean => status >= 500 || status === 429;

/** Who has not logged in comes to the log-in from there. */
function Home() {
  const { errorPages, entrance } = useWords();
  return <>{useContext(Permissions).length === 0 ? entrance.logIn : errorPages.toOverview}</>;
}

function Again() {
  const { errorPages } = useWords();
  return (
    <a class="button primary" href={useContext(PageUrl)}>
      {errorPages.tryAgain}
    </a>
  );
}

function whatToSay(
  problem: Problem,
  { errorPages, errors }: Words,
): { icon: IconName; title: string; text: string } {
  switch (problem.code) {
    case "route.unknown":
      return {
        icon: "unplug",
        title: errorPages.noPage,
        text: errorPages.noPageText,
      };
    case "record.not-found":
      return {
        icon: "unplug",
        title: errorPages.notHere,
        text: errorPages.notHereText,
      };
    default:
      return { icon: "circle-alert", title: errors[problem.code].title, text: errors[problem.code].hint };
  }
}
