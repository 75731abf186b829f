/**
 * The runtime has 256 requests of its `fetch` under way at most, whomever they are to, and takes another number from the environment it is
 * started with and from nowhere else. One push service that hangs may have as many in hand by itself: Apple then waited for it, for
 * 14 seconds. So whoever serves begins anew, as the same process, with room for all that may be at once.
 */
const VARIABLE = "BUN_CONFIG_MAX_HTTP_REQUESTS";
/** More than a dozen platforms and push services have in hand together. */
const REQUESTS_MAX = 4_096;

export interface StartedAs {
  env: Record<string, string | undefined>;
  execPath: string;
  execArgv: readonly string[];
  argv: readonly string[];
}

/** What to be started as instead; null when whoever started this has said how many requests there may be. */
export function roomier({ env, execPath, execArgv, argv }: StartedAs): {
  args: string[];
  env: Record<string, string>;
} | null {
  if (env[VARIABLE] !== undefined) return null;
  const [, script = "", ...rest] = argv;
  // A compiled program is its own script.
  const own = script.startsWith("/$bunfs/") ? rest : [...execArgv, script, ...rest];
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    args: [execPath, ...own],
    env: { ...Object.fromEntries(given), [VARIABLE]: String(REQUESTS_MAX) },
  };
}

/** Does not come back where it begins anew; nothing may be open yet. Where that is not to be had, there are as many requests as there were. */
export function makeRoomForRequests(): void {
  const other = roomier(process);
  if (other === null || process.execve === undefined) return;
  const { emitWarning } = process;
  // That it is new in the runtime is nothing for the log.
  process.emitWarning = () => undefined;
  try {
    process.execve(process.execPath, other.args, other.env);
  } catch {
    process.emitWarning = emitWarning;
  }
}
