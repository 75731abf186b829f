import { expect, test } from "bun:test";
import { createRequire } from "node:module";
import { startSiteBroker } from "./testing/site-broker.ts";

test("aedes keeps no buffer for each number there is", async () => {
  await using _site = await startSiteBroker();
  const { writeToStream } = createRequire(import.meta.resolve("aedes"))("mqtt-packet");
  expect(writeToStream.cacheNumbers).toBe(false);
});
