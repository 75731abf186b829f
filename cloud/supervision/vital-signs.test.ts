import { expect, test } from "bun:test";
import { answersReady } from "./supervision.ts";

test("a cloud is alive that says it is ready, and one whose database is away or which does not listen is not", async () => {
  let status = 200;
  const server = Bun.serve({
    port: 0,
    fetch: ({ url }) => new Response(`${new URL(url).pathname}\n`, { status }),
  });
  const sign = answersReady(server.url);
  expect(await sign()).toBeNull();
  status = 503;
  expect(await sign()).toEqual({ fatal: true, says: "/readyz" });
  await server.stop(true);
  expect(await sign()).toMatchObject({ fatal: true });
});
