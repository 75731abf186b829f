import { BlockList, isIP } from "node:net";

/** Whether an address is one of the proxies that stand before the service. */
export type Trusted = (address: string) => boolean;

/** `10.0.0.0/8`, `fd00::/8`, `127.0.0.1`; null for what is no network. */
export function readNetwork(text: string): string | null {
  const [address = "", bits, ...more] = text.trim().split("/");
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || more.length > 0) return null;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return null;
  return `${address}/${bits ?? most}`;
}

/** `networks` as `readNetwork` gives them. */
export function trustNetworks(networks: readonly string[]): Trusted {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? "ipv4" : "ipv6");
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}

/**
 * Who sent a request: `peer`, whose connection it is, or, as far as trusted proxies tell, whom they had it from.
 * `forwarded` is X-Forwarded-For, to which each proxy adds the address it was asked from; what stands before the first
 * address that is no trusted proxy may be invented by that one, and is not looked at.
 */
export function clientAddress(peer: string, forwarded: string | null, trusted: Trusted): string {
  const hops = (forwarded ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  let client = peer;
  while (trusted(client)) {
    const next = hops.pop();
    if (next === undefined || isIP(next) === 0) return client;
    client = next;
  }
  return client;
}

/** What is counted as one client: an IPv4 address, and of IPv6 the /64 that one connection is given whole. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const rest = tail === "" ? 0 : tail.split(":").length;
    while (groups.length < 8 - rest && groups.length < 4) groups.push("0");
    groups.push(...(tail === "" ? [] : tail.split(":")));
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
