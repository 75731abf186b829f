import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { CAPABILITY_USES } from "./capability-uses.ts";
import { complaints, cycles, loadedBy, readImports } from "./import-graph.ts";

const files = [...new Bun.Glob("{protocol,edge,cloud,ui,scripts}/**/*.{ts,tsx}").scanSync(".")].filter(
  (file) => !/(\.gen\.ts|\/dist\/.*)$/.test(file),
);
const broken = (from: string, to: string): number => complaints([{ from, to }]).length;

describe("imports run one way", () => {
  const imports = readImports(files);

  test("and every one is allowed by the table", () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(complaints(imports)).toEqual([]);
  });

  test("and there is no way back", () => {
    const inside = imports.filter(({ to }) => files.includes(to));
    expect(cycles(inside).map((cycle) => cycle.join(" → "))).toEqual([]);
  });

  test("and the cloud's app runs on Web standards: nothing it loads is Bun's", () => {
    const loaded = loadedBy("cloud/app.ts", imports);
    expect(loaded.length).toBeGreaterThan(50);
    expect(loaded.filter((name) => /^bun(:|$)/.test(name))).toEqual([]);
    const own = loaded.filter((name) => files.includes(name));
    expect(own.filter((file) => /\bBun\.[a-z]/i.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  test("and what the list of uses allows is used", () => {
    const listed = Object.entries(CAPABILITY_USES).flatMap(([user, uses]) =>
      Object.keys(uses).map((used) => `${user} → ${used}`),
    );
    const unused = listed.filter((pair) => {
      const [user = "", used = ""] = pair.split(" → ");
      return !imports.some(({ from, to }) => from.startsWith(`${user}/`) && to.startsWith(`${used}/`));
    });
    expect(unused).toEqual([]);
  });
});

describe("a forbidden import is found", () => {
  test.each([
    ["protocol/log/sender.ts", "node:fs", "the protocol does no I/O"],
    ["protocol/log/sender.ts", "edge/uplog/uplog.ts", "the protocol knows neither side"],
    ["edge/uplink/uplink.ts", "cloud/gateways/gateways.ts", "the sides never meet"],
    ["edge/uplink/uplink.test.ts", "cloud/gateways/gateways.ts", "nor do their tests"],
    ["cloud/sites/sites.ts", "edge/devices/devices.ts", "the sides never meet"],
    ["cloud/sites/routes.ts", "bun:sqlite", "routes are Web standard"],
    ["cloud/sites/sites.ts", "ui/pages/sites.tsx", "only pages know the dashboard"],
    ["cloud/sites/sites.ts", "better-auth", "only accounts know the account library"],
    ["cloud/sites/sites.ts", "cloud/devices/store.ts", "others come in by the door"],
    ["edge/broker/broker.ts", "edge/devices/store.ts", "others come in by the door"],
    ["edge/broker/broker.ts", "edge/testing/temporary-directory.ts", "what tests use is for tests"],
    ["edge/broker/broker.ts", "edge/gateway.ts", "nothing imports the wiring"],
    ["edge/telemetry/telemetry.ts", "edge/broker/broker.ts", "a use that is not listed"],
    ["cloud/devices/devices.ts", "cloud/live/live.ts", "a use that is not listed"],
    ["edge/devices/devices.ts", "aedes", "only the broker speaks MQTT"],
    ["ui/pages/sites.tsx", "kysely", "pages never fetch"],
    ["scripts/e2e/stack.ts", "edge/gateway.ts", "end-to-end tests start programs"],
    ["elsewhere/x.ts", "node:fs", "every file is in a rule"],
  ])("%s → %s: %s", (from, to) => {
    expect(broken(from, to)).toBeGreaterThan(0);
  });

  test("and an allowed one is not", () => {
    for (const [from, to] of [
      ["edge/broker/broker.ts", "edge/devices/devices.ts"],
      ["cloud/sites/routes.ts", "hono"],
      ["cloud/devices/pages.tsx", "ui/ui.ts"],
      ["edge/broker/broker.test.ts", "edge/testing/temporary-directory.ts"],
    ] as const) {
      expect([from, to, broken(from, to)]).toEqual([from, to, 0]);
    }
  });

  test("as is a cycle, but not one of types", () => {
    const ring = ["a", "b", "c"].map((from, index) => ({ from, to: ["b", "c", "a"][index]! }));
    expect(cycles([...ring, { from: "d", to: "a" }])).toEqual([["a", "b", "c", "a"]]);
    expect(cycles(ring.map((one, index) => ({ ...one, typeOnly: index === 0 })))).toEqual([]);
  });
});
