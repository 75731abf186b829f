import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { NEWS_MS } from "./news.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const SITE = { description: "", address: "", timeZone: "Europe/London" };
const addSite = async (name: string, as = cloud.owner) =>
  cloud.api("/sites", as, { json: { ...SITE, name } });
const eventsSince = async (after: string, as: Person): Promise<LiveEvent[]> => {
  const { events } = await cloud.read<{ events: LiveEvent[] }>(`/events/poll?after=${after}`, as);
  return events.filter(({ type }) => type !== "heartbeat");
};
const now = async (as: Person): Promise<string> => {
  const { events } = await cloud.read<{ events: LiveEvent[] }>("/events/poll", as);
  return events.at(-1)!.id!;
};

describe("what people do", () => {
  test("is heard by who may read the audit log, after the event they saw last, and by nobody else", async () => {
    const stranger = await cloud.addOwner("owner@elsewhere.test", "Elsewhere");
    const viewer = await cloud.addMember("viewer");
    const after = await now(cloud.owner);
    const elsewhere = await now(stranger);
    await addSite("Barry");
    cloud.clock.advance(NEWS_MS);
    const heard = await eventsSince(after, cloud.owner);
    expect(heard).toMatchObject([
      {
        type: "audit:new",
        at: cloud.clock.nowMs() - NEWS_MS,
        actor: "Owner",
        action: "site.create",
        target: { kind: "site", name: "Barry" },
        count: 1,
      },
    ]);
    expect(await eventsSince(heard[0]!.id!, cloud.owner)).toEqual([]);
    expect(await eventsSince(after, viewer)).toEqual([]);
    expect(await eventsSince(elsewhere, stranger)).toEqual([]);
  });

  test("within a moment is told as one: the newest, and how much it was", async () => {
    const after = await now(cloud.owner);
    for (const name of ["Ely", "Penarth", "Sully"]) await addSite(name);
    expect(await eventsSince(after, cloud.owner)).toEqual([]);
    cloud.clock.advance(NEWS_MS);
    await addSite("Cowbridge");
    cloud.clock.advance(NEWS_MS);
    expect(await eventsSince(after, cloud.owner)).toMatchObject([
      { action: "site.create", target: { name: "Sully" }, count: 3 },
      { action: "site.create", target: { name: "Cowbridge" }, count: 1 },
    ]);
  });

  test("is not that they log in and out", async () => {
    const after = await now(cloud.owner);
    const leaver = await cloud.addMember("viewer");
    await cloud.api("/auth/logout", leaver, { method: "POST" });
    cloud.clock.advance(NEWS_MS);
    const heard = await eventsSince(after, cloud.owner);
    expect(heard.some((event) => event.type === "audit:new" && event.action.startsWith("account."))).toBe(
      false,
    );
    expect((await cloud.read<{ items: { action: string }[] }>("/audit?limit=1")).items).toMatchObject([
      { action: "account.logout" },
    ]);
  });

  test("and is taken back with its transaction is told to nobody", async () => {
    const { audit } = cloud.cloud;
    const after = await now(cloud.owner);
    const failed = cloud.db.write(async (trx) => {
      await audit.note(trx, cloud.owner.scope, { action: "site.create", target: { id: "s", name: "Never" } });
      throw new Error("the disk is full");
    });
    await expect(failed).rejects.toThrow("the disk is full");
    cloud.clock.advance(NEWS_MS);
    expect(await eventsSince(after, cloud.owner)).toEqual([]);
  });
});
