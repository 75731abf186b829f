import { Database } from "bun:sqlite";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Doubles, type Platform, startDoubles } from "../../bench-push/doubles.ts";
import { Cloud, Gateway, until } from "../../e2e/stack.ts";

/** A cloud that can send by every platform, to doubles in a process of their own. */

/** Recipients of a notification by platform; and one device of a site. */
const EACH = 60;
const PEOPLE = 5;
export const RECIPIENTS: Record<Platform, number> = {
  ...{ "web-push": EACH, apns: EACH, fcm: EACH, wns: EACH, mqtt: EACH, email: PEOPLE },
};
export const ALL = Object.values(RECIPIENTS).reduce((sum, some) => sum + some, 0) + 1;

export interface Stage extends AsyncDisposable {
  cloud: Cloud;
  doubles: Doubles;
  /** What makes a notification to all of them. */
  notification(title: string): object;
}

export async function startStage(directory: string): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  try {
    const doubles = stack.use(await startDoubles(1));
    const authority = join(directory, "authority.pem");
    writeFileSync(authority, doubles.authority);
    const { webPush, apns, fcm, wns, broker, mailPort } = doubles;
    const cloud = stack.use(
      await Cloud.start([
        ...["--outbound-allowed", [webPush, fcm.url, wns.url, broker].join(",")],
        ...["--outbound-authority", authority, "--push-apns-url", apns.url],
        ...["--push-fcm-url", fcm.url, "--push-fcm-token-url", fcm.tokenUrl],
        ...["--push-wns-token-url", wns.url],
        ...["--mail-host", "127.0.0.1", "--mail-port", String(mailPort), "--mail-tls", "none"],
        ...["--mail-from", "homepot@drill.example", "--log-level", "error"],
      ]),
    );
    await setCredentials(cloud, doubles);
    const targets = await makeTargets(cloud, doubles);
    const whole = stack.move();
    return {
      ...{ cloud, doubles },
      notification: (title) => ({
        ...{ targets, message: { title } },
        channels: ["web-push", "apns", "fcm", "wns", "mqtt", "email"],
      }),
      [Symbol.asyncDispose]: () => whole.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function setCredentials(cloud: Cloud, { apns, fcm, wns, broker }: Doubles): Promise<void> {
  const { url: _, ...key } = apns;
  const all = { apns: key, fcm: fcm.credentials, wns: wns.credentials, mqtt: { url: broker } };
  for (const [platform, credentials] of Object.entries(all))
    await cloud.api(`/push/platforms/${platform}/credentials`, {
      method: "PUT",
      body: JSON.stringify({ credentials }),
    });
}

async function makeTargets(cloud: Cloud, doubles: Doubles): Promise<object> {
  const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
  const each = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: EACH }, (_, index) => make(index));
  const addresses = [
    ...(await doubles.subscribe(publicKey, EACH)),
    ...each((index) => ({ platform: "apns", token: index.toString(16).padStart(64, "0") })),
    ...each((index) => ({ platform: "fcm", token: `registration-of-phone-${index}` })),
    ...each((index) => ({ platform: "wns", channelUri: `${doubles.wns.url}/?token=pc-${index}` })),
    ...each((index) => ({ platform: "mqtt", topic: `signs/${index}` })),
  ];
  const gateway = await Gateway.start(cloud, "Platforms");
  await gateway.addDevice("sign");
  const device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?q=sign");
    return items[0]?.id;
  });
  // It is away from here on: what is for its device stays in its log, and is counted there.
  await gateway[Symbol.asyncDispose]();
  return { addresses, devices: [device], people: addPeople(cloud) };
}

/** Members who are called as their mail address is, so that a letter is known by whom it is to. */
function addPeople({ directory }: Cloud): string[] {
  using database = new Database(join(directory, "cloud.db"));
  database.run("PRAGMA busy_timeout = 5000");
  const ids = Array.from({ length: PEOPLE }, (_, index) => `drill-${index}`);
  for (const id of ids) {
    const email = `${id}@drill.example`;
    database.run(
      `INSERT INTO "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
       SELECT ?, ?, ?, "emailVerified", "createdAt", "updatedAt" FROM "user" LIMIT 1`,
      [id, email, email],
    );
    database.run(
      `INSERT INTO "member" ("id", "organizationId", "userId", "role", "createdAt")
       SELECT ?, "organizationId", ?, 'viewer', "createdAt" FROM "member" LIMIT 1`,
      [id, id],
    );
  }
  return ids;
}
