import { expect, test } from "bun:test";
import type { Logger } from "@logtape/logtape";
import { Hono } from "hono";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { AppEnv } from "./env.ts";
import { refusalLog } from "./refusal-log.ts";

type Facts = Record<string, unknown>;

function watched(perMinute?: number) {
  const told: [what: string, facts: Facts][] = [];
  const log = { warn: (what: string, facts: Facts) => told.push([what, facts]) } as unknown as Logger;
  const clock = new ManualClock();
  const app = new Hono<AppEnv>();
  app.use(refusalLog(log, clock, perMinute));
  for (const status of [200, 400, 401, 403, 404, 429] as const)
    app.all(`/${status}`, (c) => c.text("", status));
  const ask = (path: string, method = "GET") =>
    app.request(path, { method, headers: { cookie: "session=secret" } }, { clientAddress: "192.0.2.7" });
  return { told, clock, ask };
}

test("who is refused is told of with where from and what for, and with nothing that opens a door", async () => {
  const { told, ask } = watched();
  for (const path of ["/200", "/400", "/404", "/401?token=secret", "/403", "/429"]) await ask(path, "POST");
  expect(
    told.map(([, { status, method, path, from, user }]) => ({ status, method, path, from, user })),
  ).toEqual(
    [401, 403, 429].map((status) => ({
      status,
      ...{ method: "POST", path: `/${status}`, from: "192.0.2.7", user: null },
    })),
  );
  expect(JSON.stringify(told)).not.toContain("secret");
});

test("whoever is refused again and again fills no disk", async () => {
  const { told, clock, ask } = watched(2);
  for (let asked = 0; asked < 5; asked += 1) await ask("/403");
  expect(told.length).toBe(2);
  clock.advance(MINUTE);
  await ask("/403");
  expect(told.length).toBe(4);
  expect(told[2]).toEqual(["more requests were refused than are told of one by one", { refused: 3 }]);
});
