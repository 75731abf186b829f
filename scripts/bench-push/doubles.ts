import type { Address } from "../../protocol/notifications/address.ts";

/** The platforms' doubles in a process of their own; one request of so many is checked, so that they are not the limit. */
export interface Doubles extends Disposable {
  /** PEM */
  authority: string;
  webPush: string;
  apns: { url: string; key: string; keyId: string; teamId: string; topic: string };
  fcm: { url: string; tokenUrl: string; credentials: object };
  wns: { url: string; credentials: object };
  broker: string;
  mailPort: number;
  subscribe(vapid: string, count: number): Promise<Extract<Address, { platform: "web-push" }>[]>;
  /** What happens to everybody there from now on; null: what is asked. */
  weather(platform: Platform, fault: Weather): Promise<void>;
  /**
   * All that was taken, in order. Of a letter the id is its recipient and its subject. What has the same `place` is seen once; null:
   * its platform has nothing like it.
   */
  taken(): Promise<Record<Platform, { id: string; place: string | null; receipt?: string }[]>>;
}

export const PLATFORMS = ["web-push", "apns", "fcm", "wns", "mqtt", "email"] as const;
export type Platform = (typeof PLATFORMS)[number];
export type Weather =
  | { status: number; headers?: Record<string, string> }
  | { afterMs: number }
  | "hang"
  | "reset"
  | "goaway"
  | "expired"
  | null;

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
  const { control, ...told } = JSON.parse(said) as Omit<
    Doubles,
    "subscribe" | "weather" | "taken" | typeof Symbol.dispose
  > & { control: string };
  const post = (path: string, body: object) =>
    fetch(`${control}${path}`, { method: "POST", body: JSON.stringify(body) });
  return {
    ...told,
    subscribe: async (vapid, count) =>
      (await (await post("subscribe", { vapid, count })).json()) as Extract<
        Address,
        { platform: "web-push" }
      >[],
    weather: async (platform, fault) => void (await post("weather", { platform, fault })),
    taken: async () =>
      (await (await fetch(`${control}taken`)).json()) as Awaited<ReturnType<Doubles["taken"]>>,
    [Symbol.dispose]: () => child.kill(),
  };
}
