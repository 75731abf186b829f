import { expect, test } from "bun:test";
import { clientAddress, networkOf, readNetwork, trustNetworks } from "./client-address.ts";

const trusted = trustNetworks(["10.0.0.0/8", "127.0.0.1/32", "fd00::/8"]);

test.each([
  ["203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["10.0.0.2", null, "10.0.0.2"],
  ["10.0.0.2", "", "10.0.0.2"],
  ["10.0.0.2", "203.0.113.7", "203.0.113.7"],
  ["10.0.0.2", "198.51.100.1, 203.0.113.7", "203.0.113.7"],
  ["10.0.0.2", "203.0.113.7, 10.9.9.9 , 10.0.0.3", "203.0.113.7"],
  ["::ffff:10.0.0.2", "2001:db8::1", "2001:db8::1"],
  ["fd00::1", "203.0.113.7", "203.0.113.7"],
  ["10.0.0.2", "nonsense", "10.0.0.2"],
  ["10.0.0.2", "203.0.113.7, <script>", "10.0.0.2"],
  ["127.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"],
])("a connection from %p with X-Forwarded-For %p is of %p", (peer, forwarded, client) => {
  expect(clientAddress(peer, forwarded, trusted)).toBe(client);
});

test("without a trusted proxy nobody is believed", () => {
  expect(clientAddress("127.0.0.1", "203.0.113.7", trustNetworks([]))).toBe("127.0.0.1");
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["2001:0db8::9:8:7:6:5", "2001:db8:0:9::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::", "fe80:0:0:0::/64"],
])("%p is counted as %p", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  [" 127.0.0.1 ", "127.0.0.1/32"],
  ["::1", "::1/128"],
  ["fd00::/8", "fd00::/8"],
  ["10.0.0.0/33", null],
  ["10.0.0.0/8/8", null],
  ["10.0.0.0/", null],
  ["proxy.example", null],
  ["*", null],
])("%p as a trusted network is %p", (text, network) => {
  expect(readNetwork(text)).toBe(network);
});
