/** Figures of the live connection. In a file of their own: the browser needs them, and none of the schemas. */

/** How many devices one page may watch. */
export const WATCH_MAX_DEVICES = 500;
/** How many may be named in an address: as many as fit in what every proxy lets through. */
export const WATCH_MAX_IN_ADDRESS = 100;
/** Longest time a poll may wait for news, well below what proxies give an answer. */
export const POLL_HOLD_MAX_SECONDS = 20;
