import { DAY } from "../units.ts";

/** For how many days what was deleted can be restored. Then it is gone for good. */
export const DELETED_KEPT_DAYS = 30;
export const DELETED_KEPT_MS = DELETED_KEPT_DAYS * DAY;
