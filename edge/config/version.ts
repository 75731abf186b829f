import { version } from "../../package.json";
import type { Platform } from "../../protocol/releases/release.ts";

/** The version of this program. A build adds the commit it was made from. */
export const VERSION: string = [version, process.env.HOMEPOT_BUILD].filter(Boolean).join("+");

/** The sequence of the release that this program was built for, which says what is newer; 0 when it is of no release. */
export const SEQUENCE = Number(process.env.HOMEPOT_SEQUENCE ?? 0);

/** What the releases for this machine are called by. */
export const PLATFORM: Platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
