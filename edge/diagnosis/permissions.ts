import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Finding, fine, problem, warning } from "./finding.ts";

const KEY = /\.key(\.new)?$/;
const EVERYBODY = 0o007;
const NOT_THE_OWNER = 0o077;

/** Whether the data directory belongs to one account, and keeps its secrets to it. */
export function examinePermissions(directory: string): Finding {
  const own = statSync(directory);
  const foreign: string[] = [];
  const open: string[] = (own.mode & EVERYBODY) === 0 ? [] : [directory];
  for (const name of readdirSync(directory)) {
    const file = statSync(join(directory, name), { throwIfNoEntry: false });
    // Files come and go while a gateway runs.
    if (file === undefined) continue;
    if (file.uid !== own.uid) foreign.push(name);
    if (KEY.test(name) && (file.mode & NOT_THE_OWNER) !== 0) open.push(join(directory, name));
  }
  if (foreign.length > 0) {
    return problem(
      "permissions",
      `${foreign.join(", ")} in ${directory}: of another account than the directory, so that the gateway cannot write there`,
      `Give all of it to the directory's account: \`sudo chown -R --reference=${directory} ${directory}\`.`,
    );
  }
  if (open.length > 0) {
    return warning(
      "permissions",
      `others on this machine may read ${open.join(", ")}`,
      `Take that away: \`sudo chmod -R go-rwx ${directory}\`.`,
    );
  }
  return fine("permissions", `${directory} is the gateway's alone`);
}
