import { version } from "../../package.json";

/** The version of this program. A build adds the commit it was made from. */
export const VERSION: string = [version, process.env.HOMEPOT_BUILD].filter(Boolean).join("+");
