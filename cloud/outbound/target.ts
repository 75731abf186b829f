import { isIP } from "node:net";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { isPublicAddress } from "./public-address.ts";

/** All addresses of a name, in the order to try them. Throws when it has none. */
export type Resolve = (host: string) => Promise<string[]>;

/** Where a request goes (`url` says http where MQTT was said): the name decides the certificate, the address was looked at and is the one connected to. */
export interface Target {
  url: URL;
  address: string;
  /** Named by the settings: reached wherever it is, and by its own authority. */
  isAllowed: boolean;
}

const HOSTS_ONLY_INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/;

/**
 * The address as far as it can be judged without asking anybody. The parser of URLs reads every notation of an IPv4
 * address (`0x7f.1`, `2130706433`) as what it means. Code: `outbound.forbidden`.
 */
export function readTarget(
  text: string,
  allowed: readonly string[],
): Result<{ url: URL; isAllowed: boolean }> {
  const [, scheme] = /^(https?|mqtts?):/i.exec(text) ?? [];
  // Only of the web's own protocols does the parser read the host as an address.
  const url = scheme === undefined ? null : URL.parse(text.replace(/^mqtt/i, "http"));
  if (url === null || scheme === undefined) return forbidden("it is no address of the web");
  if (url.username !== "" || url.password !== "") return forbidden("it holds a user name");
  if (allowed.includes(`${scheme.toLowerCase()}://${url.host}`)) return accept({ url, isAllowed: true });
  if (url.protocol !== "https:") return forbidden("it is not encrypted");
  const host = hostOf(url);
  if (isIP(host) === 0 && (!host.includes(".") || HOSTS_ONLY_INSIDE.test(host)))
    return forbidden("its name is of this network");
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return forbidden("its address is not of the public internet");
  return accept({ url, isAllowed: false });
}

/** Looks the name up once. Whoever answers with one address of the inside is not trusted with any. */
export async function resolveTarget(
  { url, isAllowed }: { url: URL; isAllowed: boolean },
  resolve: Resolve,
): Promise<Result<Target>> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const [address] = addresses;
  if (address === undefined) throw new Error(`${host} has no address`);
  if (!isAllowed && !addresses.every(isPublicAddress))
    return forbidden("its name leads to an address that is not of the public internet");
  return accept({ url, address, isAllowed });
}

/** Without the brackets of IPv6 and the dot of the root, which change nothing about where it is. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** What is not said is what the name led to: it would tell a stranger about the inside. */
const forbidden = (why: string) => refuse("outbound.forbidden", `the address cannot be sent to: ${why}`);
