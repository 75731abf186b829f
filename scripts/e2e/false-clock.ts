function library(): string {
  const pattern = "/usr/lib/*/faketime/libfaketimeMT.so.1";
  const [path] = [...new Bun.Glob(pattern).scanSync({ onlyFiles: false })];
  if (path === undefined)
    throw new Error("libfaketime is not installed; on Debian: apt-get install faketime");
  return path;
}

/** The monotonic clock stays true, as the kernel's does. */
const common = () => ({ LD_PRELOAD: library(), FAKETIME_DONT_FAKE_MONOTONIC: "1", TZ: "Europe/London" });

/** What makes a program of ours read a wall clock that is off by so many seconds: `+3600`, `-7200`. */
export function falseClock(offset: string): Record<string, string> {
  return { ...common(), FAKETIME: offset };
}

/** The same with an offset that is read from `file` all the time. */
export function falseClockOf(file: string): Record<string, string> {
  return { ...common(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1" };
}
