import { type Notice, undoOf } from "../layout/notices.ts";
import { useWords } from "../words/use-words.ts";
import { Mark } from "./mark.tsx";

/**
 * Where short messages appear: fixed at the edge of the page where script runs, and a line above the content where it
 * does not. It stands before the content, so that the keyboard comes by it. The script `browser/toasts.ts` takes over what
 * is in it: it lets messages go after a while, and adds those of its own. It carries the words
 * of all scripts.
 */
export function Toasts({ notice }: { notice: Notice | null }) {
  const { browser } = useWords();
  return (
    <div class="toasts" id="toasts" role="status" aria-atomic="false" data-words={JSON.stringify(browser)}>
      {notice === null ? null : <NoticeToast notice={notice} />}
    </div>
  );
}

function NoticeToast({ notice }: { notice: Notice }) {
  const { notices } = useWords();
  const undo = undoOf(notice);
  return (
    <div class="toast tone-ok">
      <Mark shape="disc" />
      <p>{notices.kinds[notice.kind](notice.name)}</p>
      {undo === null ? null : (
        <form method="post" action={undo.action}>
          {Object.entries(undo.fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <button class="button" type="submit">
            {notices.undo}
          </button>
        </form>
      )}
    </div>
  );
}
