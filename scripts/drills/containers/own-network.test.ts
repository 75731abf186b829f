import { expect, test } from "bun:test";
import { readlinkSync } from "node:fs";
import { must } from "../install/machine.ts";
import { inOwnNetwork } from "./own-network.ts";

/** What is set in a network of one's own, seen from the outside by who it is that has it. */
const NETWORK = "readlink /proc/self/ns/net; cat /proc/sys/net/ipv4/ip_forward; ip -oneline address";

test("what runs in a network of its own has the loopback, and changes nothing of this machine's", async () => {
  const before = await must(["sh", "-c", NETWORK]);
  const changes = "echo 1 > /proc/sys/net/ipv4/ip_forward; ip address add 198.51.100.1/32 dev lo;";
  const [network, forwards, ...addresses] = (await must(inOwnNetwork("sh", "-c", changes + NETWORK))).split(
    "\n",
  );
  expect(network).not.toBe(readlinkSync("/proc/self/ns/net"));
  expect([forwards, addresses[0]]).toEqual(["1", expect.stringMatching(/^1: lo +inet 127\.0\.0\.1\/8/)]);
  expect(addresses.join()).toContain("198.51.100.1");
  expect(await must(["sh", "-c", NETWORK])).toBe(before);
});

test("a program that ends there badly is told so here", async () => {
  await expect(must(inOwnNetwork("sh", "-c", "echo broken >&2; exit 3"))).rejects.toThrow(
    "ended with 3: broken",
  );
});
