/** So many at a time: what is awaited is mostly a process that uses a core of its own. */
const AT_A_TIME = 4;

/** Runs `run` for each, some at a time; what they give, in order. Fails with the first that does. */
export async function inParallel<Item, Made>(
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) made[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return made;
}
