import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { UNFINISHED } from "../../browser/renewal.ts";

/** A component whose code is fetched when it is first wanted; null until it is here. `load` is always the same function. */
export function useLater<Props>(
  wanted: boolean,
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> | null {
  const [Component, setComponent] = useState<FunctionComponent<Props> | null>(null);
  useEffect(() => {
    if (!wanted) return;
    load().then(
      (loaded) => setComponent(() => loaded),
      (error) => {
        document.dispatchEvent(new CustomEvent(UNFINISHED));
        reportError(error);
      },
    );
  }, [wanted, load]);
  return Component;
}
