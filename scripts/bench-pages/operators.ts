/**
 * People at work in the dashboard, in one process: `bun operators.ts URL`, with an order on stdin as one line of JSON,
 * `{"cookies": […], "addresses": […], "thinkMs", "warmUpSeconds", "seconds"}`. Each session asks for one address after the
 * other in an order of its own; between an answer and the next question it thinks for `thinkMs`, half of it to one and a
 * half. Answers with an `Answered` (`answers.ts`). What their pages hear is another process's (`listeners.ts`): a browser has
 * one for each, and here it would stand in the way of the clock.
 */
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Answered } from "./answers.ts";

interface Order {
  cookies: string[];
  addresses: string[];
  thinkMs: number;
  warmUpSeconds: number;
  seconds: number;
}

const url = process.argv[2] ?? "";
const random = seededRandom(20);

/** What every browser says; without it pages would go out unpacked. */
const BROWSER = { accept: "text/html,*/*", "accept-encoding": "gzip, br", "accept-language": "en" };

async function ask(address: string, cookie: string): Promise<number> {
  const startMs = performance.now();
  // The answer is not unpacked: that is a browser's work, and has a machine of its own.
  const answer = await fetch(`${url}${address}`, {
    headers: { ...BROWSER, cookie },
    redirect: "manual",
    decompress: false,
  });
  await answer.arrayBuffer();
  const tookMs = performance.now() - startMs;
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
  return tookMs;
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(random.next() * rest.length), 1)[0]!);
}

async function work({ cookies, addresses, thinkMs, warmUpSeconds, seconds }: Order): Promise<Answered> {
  const took: Record<string, number[]> = Object.fromEntries(addresses.map((address) => [address, []]));
  const late: number[] = [];
  const startMs = performance.now();
  const sinceMs = startMs + warmUpSeconds * 1_000;
  const endMs = sinceMs + seconds * 1_000;
  const operator = async (cookie: string): Promise<void> => {
    while (performance.now() < endMs) {
      for (const address of shuffled(addresses)) {
        const dueMs = performance.now() + Math.round(thinkMs * (0.5 + random.next()));
        await Bun.sleep(dueMs - performance.now());
        const nowMs = performance.now();
        if (nowMs >= endMs) break;
        const tookMs = await ask(address, cookie);
        if (nowMs < sinceMs) continue;
        took[address]!.push(tookMs);
        late.push(Math.max(0, nowMs - dueMs));
      }
    }
  };
  await Promise.all(cookies.map(operator));
  return { took, late };
}

for await (const line of console) {
  console.log(JSON.stringify(await work(JSON.parse(line) as Order)));
  break;
}
process.exit(0);
