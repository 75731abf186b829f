import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { UNFINISHED } from "../../browser/renewal.ts";

/** Of code that did not come: it is fetched with the page, once the line is back. */
export function reportUnfinished(error: unknown): void {
  document.dispatchEvent(new CustomEvent(UNFINISHED));
  reportError(error);
}

/** A component whose code is fetched when it is first wanted; null until it is here. `load` is always the same function. */
export function useLater<Props>(
  wanted: boolean,
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> | null {
  const [Component, setComponent] = useState<FunctionComponent<Props> | null>(null);
  useEffect(() => {
    if (!wanted) return;
    load().then((loaded) => setComponent(() => loaded), reportUnfinished);
  }, [wanted, load]);
  return Component;
}
