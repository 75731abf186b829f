import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Cloud, Gateway, runCommand, until } from "./stack.ts";

/** What people and other programs get wrong: each gets an answer with the next step in it, and stops nothing else. */

let cloud: Cloud;
let gateway: Gateway;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
}, 60_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

async function gatewayConnected(): Promise<boolean> {
  const list = await cloud.api<{ items: { connected: boolean }[] }>("/gateways");
  return list.items.some((item) => item.connected);
}

describe("enrolment", () => {
  test("a wrong claim code is told from a used one, and both say what to do", async () => {
    await using fresh = await Gateway.create();
    const wrong = await fresh.enroll(cloud.url, "0000-0000");
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("This claim code does not exist");
    expect(wrong.stderr).toContain("homepot-cloud gateway claim");

    const claim = await cloud.claim("Barry Island");
    expect(await fresh.enroll(cloud.url, claim)).toMatchObject({ code: 0 });
    await using second = await Gateway.create();
    const used = await second.enroll(cloud.url, claim);
    expect(used.code).toBe(1);
    expect(used.stderr).toContain("was used already");
    expect(used.stderr).toContain("Make a new one");
  });

  test("a cloud that is not there is named", async () => {
    await using fresh = await Gateway.create();
    const answer = await fresh.enroll("http://127.0.0.1:9", "0000-0000");
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain("127.0.0.1:9");
  });
});

describe("settings", () => {
  test.each([["edge/main.ts"], ["cloud/main.ts"]])(
    "%s names the nearest setting to an unknown one",
    async (program) => {
      await using fresh = await Gateway.create();
      const file = `${fresh.directory}/homepot.toml`;
      await Bun.write(file, '[log]\nlevle = "info"\n');
      const command = program.startsWith("edge") ? "run" : "serve";
      const answer = await runCommand([program, command, "--data", fresh.directory, "--config", file]);
      expect(answer.code).toBe(2);
      expect(answer.stderr).toContain("log.levle");
      expect(answer.stderr).toContain("log.level");
    },
  );

  test.each([["edge/main.ts"], ["cloud/main.ts"]])(
    "%s refuses a command it does not know",
    async (program) => {
      const answer = await runCommand([program, "rnu"]);
      expect(answer.code).toBe(2);
      expect(answer.stderr).toContain("unknown command");
    },
  );
});

describe("the line", () => {
  const connect = async (
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ code: string; detail: string; hint: string }> => {
    const socket = new WebSocket(`${cloud.url.replace("http", "ws")}/api/v1/gateways/connect`);
    socket.binaryType = "arraybuffer";
    const frames: Uint8Array[] = [];
    let closed = false;
    socket.onmessage = (event) => frames.push(new Uint8Array(event.data as ArrayBuffer));
    socket.onclose = () => {
      closed = true;
    };
    await until("the challenge", () => frames.length > 0);
    socket.send(bytes);
    await until("the cloud to close the line", () => closed);
    const refuse = frames.at(-1)!;
    expect(refuse[0]).toBe(0x04);
    return JSON.parse(new TextDecoder().decode(refuse.subarray(1)));
  };

  test("a frame of garbage is refused; the gateway beside it stays connected", async () => {
    await until("the gateway to be connected", gatewayConnected);
    const refusal = await connect(crypto.getRandomValues(new Uint8Array(500)).fill(0x7f, 0, 1));
    expect(refusal).toMatchObject({
      code: "frame.invalid",
      hint: expect.stringContaining("reconnects by itself"),
    });
    expect(await gatewayConnected()).toBe(true);
  });

  test("a newer protocol version is refused with what to upgrade", async () => {
    const hello = {
      protocol: { min: 98, max: 99 },
      gateway: "0190b8e0-7c1a-7000-8000-000000000001",
      signature: "A".repeat(86),
      epoch: "0190b8e0-7c1a-7000-8000-000000000002",
      uplog: { urgent: { head: 0 }, bulk: { head: 0 } },
      downlog: null,
      version: "99.0.0",
      nowMs: Date.now(),
    };
    const refusal = await connect(Uint8Array.of(0x02, ...new TextEncoder().encode(JSON.stringify(hello))));
    expect(refusal).toMatchObject({
      code: "protocol.unsupported",
      hint: expect.stringContaining("Upgrade the older side"),
    });
    expect(await gatewayConnected()).toBe(true);
  });
});
