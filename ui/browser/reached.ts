const KEY = "homepot.reached";

/** Remembers that the cloud was heard, for the page that is shown when it is not. */
export function rememberReached(nowMs: number): void {
  localStorage.setItem(KEY, String(nowMs));
}

/** When it was heard last, ms since 1970; 0 for never. */
export function lastReachedMs(): number {
  return Number(localStorage.getItem(KEY));
}
