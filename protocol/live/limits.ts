/** How many devices one page may watch. In a file of its own: the browser needs it, and none of the schemas. */
export const WATCH_MAX_DEVICES = 500;
