import { expect, test } from "bun:test";
import { liveRoutes } from "./live.ts";

test("a plain request is told that the address is for WebSockets", async () => {
  const response = await liveRoutes().request("/");
  expect([response.status, await response.json()]).toMatchObject([400, { code: "request.invalid" }]);
});
