/** Waits until `probe` gives something other than null, undefined or false. Fails with `what` after twenty seconds. */
export async function until<T>(what: string, probe: () => T | null | undefined | false): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const value = probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
