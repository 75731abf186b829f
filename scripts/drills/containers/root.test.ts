import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { EMAIL, PASSWORD, until } from "../../e2e/stack.ts";
import { must } from "../install/machine.ts";
import { ImageRoot } from "./contained.ts";

/** What the images consist of, run without an engine: `./scripts/drill containers` takes a real one. */

let cloud: ImageRoot;
let edge: ImageRoot;

beforeAll(async () => {
  const programs = ["homepot-cloud", "homepot-edge"].map((name) => `${name}-linux-${process.arch}`);
  await must([process.execPath, "scripts/build.ts", ...programs]);
  [cloud, edge] = await Promise.all([
    ImageRoot.make("homepot-cloud", `dist/${programs[0]}`),
    ImageRoot.make("homepot-edge", `dist/${programs[1]}`),
  ]);
}, 180_000);

afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await edge?.[Symbol.asyncDispose]();
});

/** What an image sets, and a port of this machine's. */
const environments = () => ({
  cloud: { HOMEPOT_CLOUD_LISTEN: `127.0.0.1:${cloud.port}` },
  edge: { HOMEPOT_EDGE_MQTT_LISTEN: `127.0.0.1:${edge.port}` },
});

async function logIn(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${cloud.port}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  return ((await answer.json()) as { token: string }).token;
}

const connected = async (gateway: Awaited<ReturnType<ImageRoot["run"]>>): Promise<string | null> => {
  const { code, said } = await gateway.exec(["status", "--json"]);
  if (code !== 0) return null;
  const { enrolment, uplink } = JSON.parse(said) as {
    enrolment: { gatewayId: string } | null;
    uplink: { state: string } | null;
  };
  return uplink?.state === "connected" ? (enrolment?.gatewayId ?? null) : null;
};

test("an image has one program, what it is linked with, and nothing that starts another", () => {
  for (const image of [cloud, edge]) {
    expect(readdirSync(join(image.root, "usr/bin"))).toEqual([image.name]);
    const files = readdirSync(image.root, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const programs = files.filter(
      ({ parentPath, name }) => (statSync(join(parentPath, name)).mode & 0o111) !== 0,
    );
    const others = programs
      .map(({ name }) => name)
      .filter((name) => !/^(ld-linux-.*|lib\w+)\.so\.\d+$/.test(name));
    expect(others).toEqual([image.name]);
    const { mode, uid, gid } = statSync(image.data);
    expect({ mode: mode & 0o777, uid, gid }).toEqual({ mode: 0o700, uid: 65_532, gid: 65_532 });
  }
});

test("cloud and gateway run from their images as nobody on read-only roots, and go on from their data", async () => {
  const variables = environments();
  let token: string;
  let gatewayId: string;
  const claimed: Record<string, string> = {
    ...variables.edge,
    HOMEPOT_EDGE_CLOUD_URL: `http://127.0.0.1:${cloud.port}`,
  };
  {
    await using running = await cloud.run(["serve"], variables.cloud);
    await running.healthy();
    expect(await running.status("Uid")).toBe("65532\t65532\t65532\t65532");
    expect([await running.status("CapEff"), await running.status("NoNewPrivs")]).toEqual([
      "0".repeat(16),
      "1",
    ]);
    const elsewhere = await running.exec(["gateway", "claim", "--site", "X", "--data", "/elsewhere"]);
    expect(elsewhere).toMatchObject({ code: 1, said: expect.stringMatching(/EROFS|read-only/) });
    expect(await running.exec(["health", "--listen", "127.0.0.1:1"])).toMatchObject({ code: 1 });
    const owner = ["admin", "create", "--email", EMAIL, "--password-stdin"];
    expect(await running.exec(owner, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
    token = await logIn();
    const claim = await running.exec(["gateway", "claim", "--site", "Cardiff Bay", "--json"]);
    claimed.HOMEPOT_EDGE_CLOUD_CLAIM = (JSON.parse(claim.said) as { claim: string }).claim;

    await using gateway = await edge.run(["run"], claimed);
    await gateway.healthy();
    gatewayId = await until("the line, by the code of the environment", () => connected(gateway));
    const added = await gateway.exec(["device", "add", "till-1", "--json"]);
    expect(JSON.parse(added.said)).toMatchObject({ device: "till-1" });
    expect(await gateway.stop()).toBe(0);
    expect(await running.stop()).toBe(0);
  }
  await using running = await cloud.run(["serve"], variables.cloud);
  await running.healthy();
  const me = await fetch(`http://127.0.0.1:${cloud.port}/api/v1/auth/me`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(me.status).toBe(200);
  // The code is used up; who is enrolled does not look at it.
  await using gateway = await edge.run(["run"], claimed);
  await gateway.healthy();
  expect(await until("the line again", () => connected(gateway))).toBe(gatewayId);
  expect((await gateway.exec(["device", "list", "--json"])).said).toContain("till-1");
  expect(await gateway.stop()).toBe(0);
  expect(await running.stop()).toBe(0);
}, 120_000);
