import type { Address } from "../../protocol/notifications/address.ts";

/** The platforms' doubles in a process of their own; one request of so many is checked, so that they are not the limit. */
export interface Doubles extends Disposable {
  /** PEM */
  authority: string;
  webPush: string;
  apns: { url: string; key: string; keyId: string; teamId: string; topic: string };
  subscribe(vapid: string, count: number): Promise<Extract<Address, { platform: "web-push" }>[]>;
}

export async function startDoubles(checkEvery: number): Promise<Doubles> {
  const child = Bun.spawn(
    [process.execPath, "cloud/notifications/testing/run-doubles.ts", String(checkEvery)],
    { stdout: "pipe", stderr: "inherit" },
  );
  const reader = child.stdout.getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the doubles ended before they began");
    said += new TextDecoder().decode(value);
  }
  const { subscribe, ...told } = JSON.parse(said) as Omit<Doubles, "subscribe"> & { subscribe: string };
  return {
    ...told,
    subscribe: async (vapid, count) => {
      const answer = await fetch(subscribe, { method: "POST", body: JSON.stringify({ vapid, count }) });
      return (await answer.json()) as Extract<Address, { platform: "web-push" }>[];
    },
    [Symbol.dispose]: () => child.kill(),
  };
}
