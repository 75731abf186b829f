import { afterEach, beforeEach, expect, test } from "bun:test";
import { type AddressInfo, createServer } from "node:net";
import { getLogger } from "@logtape/logtape";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { Site } from "../uplink/testing/site.ts";
import { keepStatusFile } from "../uplink/uplink.ts";
import { beOnlyGateway } from "./only-gateway.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => directory[Symbol.dispose]());

const health = (): ReturnType<typeof runCaptured> => runCaptured("health", "--data", directory.path);

/** Something that takes connections, as the broker does. */
async function listen(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("where no gateway runs nothing is healthy, and nothing is made", async () => {
  const { code, stdout } = await health();
  expect([code, stdout]).toEqual([1, `no gateway runs on ${directory.path}\n`]);
  using _site = new Site(directory.path);
  expect(await health()).toMatchObject({ code: 1 });
});

test("a gateway is healthy whose broker takes connections and whose database commits, with or without a cloud", async () => {
  using site = new Site(directory.path);
  using _only = beOnlyGateway(directory.path);
  const server = await listen();
  using _status = keepStatusFile({
    ...{ dataDirectory: directory.path, mqttListen: `127.0.0.1:${server.port}`, startedMs: 0 },
    ...{ uplink: site.uplink, log: getLogger(["test"]) },
  });
  expect(await health()).toEqual({ code: 0, stdout: "healthy\n", stderr: "" });
  await server[Symbol.asyncDispose]();
  expect(await health()).toEqual({ code: 1, stdout: "the broker takes no connections\n", stderr: "" });
});

test("a gateway whose database takes no writes is not healthy", async () => {
  using site = new Site(directory.path);
  using _only = beOnlyGateway(directory.path);
  await using server = await listen();
  using _status = keepStatusFile({
    ...{ dataDirectory: directory.path, mqttListen: `127.0.0.1:${server.port}`, startedMs: 0 },
    ...{ uplink: site.uplink, log: getLogger(["test"]) },
  });
  site.db.sqlite.run(
    "CREATE TRIGGER refuses BEFORE UPDATE ON identity BEGIN SELECT RAISE(ABORT, 'read-only'); END",
  );
  expect(await health()).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("the database takes no writes"),
  });
});
