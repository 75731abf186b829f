import { UNFINISHED } from "./renewal.ts";

interface Part {
  /** Looks at the page that is shown now. */
  adopt(): void;
}

/**
 * Fetches code with the first page that needs it; it adopts that page and every one after it. What keeps a page from
 * working is no part of this: only what makes it better.
 */
export function whereNeeded(isNeeded: () => boolean, load: () => Promise<Part>): void {
  let loading: Promise<Part> | null = null;
  const look = () => {
    if (loading === null && !isNeeded()) return;
    loading ??= load();
    loading.then(
      (part) => part.adopt(),
      (error) => {
        loading = null;
        document.dispatchEvent(new CustomEvent(UNFINISHED));
        reportError(error);
      },
    );
  };
  look();
  // A page that came, or a part of one that appeared by itself.
  for (const change of ["htmx:after:swap", "homepot:part"]) document.addEventListener(change, look);
}

/** Fetches code when a person first does anything: a moment before it can be needed. */
export function whenTouched(load: () => Promise<unknown>): void {
  const done = new AbortController();
  const touched = () => {
    done.abort();
    load().catch((error) => {
      document.dispatchEvent(new CustomEvent(UNFINISHED));
      reportError(error);
    });
  };
  for (const first of ["pointerdown", "keydown"])
    document.addEventListener(first, touched, { signal: done.signal });
}

/** Whether the page that is shown has such an element. */
export function has(selector: string): boolean {
  return document.querySelector(selector) !== null;
}
