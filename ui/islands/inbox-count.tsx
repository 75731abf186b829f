import { useContext, useEffect } from "preact/hooks";
import { useChanging } from "../live/changing.ts";
import { LiveContext } from "../live/context.ts";
import { useIslandWords } from "../words/use-words.ts";
import { Island } from "./island.tsx";

/** More are not told apart. */
const SHOWN_MAX = 99;

interface Props {
  /** As the page was made. */
  unread: number;
}

/** How many messages of one's inbox are unread; nothing when none is. */
export function InboxCount({ unread }: Props) {
  const words = useIslandWords();
  const context = useContext(LiveContext);
  const live = context?.live;
  useChanging(live === undefined ? [] : [live.unread, live.told, live.missed]);
  const heard = live?.unread.value ?? null;
  const now = heard !== null && context !== null && heard.heardMs >= context.propsMs ? heard.count : unread;
  const news = (live?.told.value ?? 0) + (live?.missed.value ?? 0);
  useEffect(() => {
    if (live === undefined || news === 0) return;
    askUnread().then((count) => count !== null && live.hearUnread(count), reportError);
  }, [live, news]);
  if (now === 0) return null;
  return (
    <span class="count">
      {now > SHOWN_MAX ? `${SHOWN_MAX}+` : now} <span class="hidden-visually">{words.live.unread}</span>
    </span>
  );
}

/** Null where the cloud does not say; the next page does. */
async function askUnread(): Promise<number | null> {
  try {
    const answer = await fetch("/api/v1/notifications/inbox/unread");
    return answer.ok ? ((await answer.json()) as { unread: number }).unread : null;
  } catch {
    return null;
  }
}

export function InboxCountIsland(props: Props) {
  return <Island name="inbox-count" of={InboxCount} props={props} />;
}
