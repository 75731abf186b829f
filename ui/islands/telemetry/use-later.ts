import { useEffect, useState } from "preact/hooks";
import { SECOND } from "../../../protocol/units.ts";
import { UNFINISHED } from "../../browser/renewal.ts";
import { useMissed } from "../../live/live.ts";

/** Between two tries while the line is up. */
const AGAIN_MS = 10 * SECOND;

/** Code that is fetched when it is first wanted. */
export interface Later<Code> {
  /** Null until it is here. */
  code: Code | null;
  /** Asks for what did not come at once, instead of in a while or when the line is back. Null where nothing is amiss. */
  again: (() => void) | null;
}

/** `load` is always the same function. */
export function useLater<Code>(wanted: boolean, load: () => Promise<Code>): Later<Code> {
  const [code, setCode] = useState<Code | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const missed = useMissed();
  const again = () => setTries((before) => before + 1);
  useEffect(() => {
    if (!wanted || code !== null) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const coming = error === null ? load() : loadAfter<Code>(error);
    coming.then(
      (loaded) => {
        if (!gone) setCode(loaded);
      },
      (reason) => {
        if (gone) return;
        if (error === null) reportError(reason);
        setError(reason);
        timer = setTimeout(again, AGAIN_MS);
      },
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [wanted, load, code, tries, missed]);
  return { code, again: code === null && error !== null ? again : null };
}

/**
 * Browsers keep that a module did not come, by its address, for as long as the document lives: it is asked for by another.
 * Where a browser does not say which it was, the page is loaded anew once the line is back.
 */
function loadAfter<Code>(error: unknown): Promise<Code> {
  const [address] = /https?:\S+?\.js/.exec(String(error)) ?? [];
  if (address !== undefined) return import(`${address}?${Date.now()}`);
  document.dispatchEvent(new CustomEvent(UNFINISHED));
  return Promise.reject(error);
}
