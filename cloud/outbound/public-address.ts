import { BlockList, isIP } from "node:net";

/**
 * Which addresses are of the public internet. Everything else is somebody's inside: this machine, its network, the
 * provider's metadata service, or a way around to one of them.
 */

/** IANA's special-purpose registry of IPv4 (RFC 6890), multicast and the reserved rest. */
const INSIDE_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  // Carrier-grade NAT (RFC 6598), where providers keep services of their own.
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Link-local, with the metadata services of the clouds at 169.254.169.254.
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** Of IPv6 only 2000::/3 is given out; inside it these are not the internet, or lead to an IPv4 address. */
const INSIDE_V6 = [
  // Teredo, benchmarking, ORCHID and what else IANA keeps for protocols.
  "2001::/23",
  "2001:db8::/32",
  // 6to4: holds an IPv4 address.
  "2002::/16",
  "3fff::/20",
];

const inside = new BlockList();
for (const network of INSIDE_V4) addTo(inside, network, "ipv4");
for (const network of INSIDE_V6) addTo(inside, network, "ipv6");
const given = new BlockList();
addTo(given, "2000::/3", "ipv6");

function addTo(list: BlockList, network: string, family: "ipv4" | "ipv6"): void {
  const [address = "", bits] = network.split("/");
  list.addSubnet(address, Number(bits), family);
}

/** Whether it is an address, and one of the public internet. IPv4 in IPv6 (mapped, translated) never is. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside.check(address, "ipv4");
  // A zone (`fe80::1%eth0`) is of this machine.
  if (family !== 6 || address.includes("%")) return false;
  return given.check(address, "ipv6") && !inside.check(address, "ipv6");
}
