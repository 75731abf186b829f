import { version } from "../../package.json";

/** The version of this program, as `--version` and the cloud show it. A build adds its commit. */
export const VERSION: string =
  process.env.HOMEPOT_BUILD === undefined ? version : `${version}+${process.env.HOMEPOT_BUILD}`;
