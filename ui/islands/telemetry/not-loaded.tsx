import { worded } from "../../browser/page-words.ts";

/** Below the place of what did not come. */
export function NotLoaded({ again }: { again: () => void }) {
  return (
    <p class="not-loaded" role="status">
      {worded("notLoaded")}
      <button class="button" type="button" onClick={again}>
        {worded("again")}
      </button>
    </p>
  );
}
