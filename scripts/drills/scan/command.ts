/** A scanner run to its end, or to its bound. */
export interface Ran {
  said: string;
  /** It was still at it when its time was over. */
  cut: boolean;
}

export async function runScanner(command: readonly string[], limitMs: number, home: string): Promise<Ran> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // What they keep of a scan goes with the scan.
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home, PYTHONUNBUFFERED: "1", LANG: "C.UTF-8" },
  });
  let cut = false;
  const timer = setTimeout(() => {
    cut = true;
    child.kill("SIGKILL");
  }, limitMs);
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  await child.exited;
  clearTimeout(timer);
  return { said: `${out}\n${err}`, cut };
}
