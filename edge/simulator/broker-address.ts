import { accept, type Result, refuse } from "../../protocol/errors.ts";

/** Where a broker takes connections, and whether they are encrypted. */
export interface BrokerAddress {
  protocol: "mqtt" | "mqtts";
  host: string;
  port: number;
}

const PORTS = { mqtt: 1883, mqtts: 8883 };

/** Reads `mqtt://host:port`; without a port the one that belongs to the protocol. Code: `config.invalid`. */
export function parseBrokerUrl(text: string): Result<BrokerAddress> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const protocol = url?.protocol.slice(0, -1);
  if (url === null || (protocol !== "mqtt" && protocol !== "mqtts") || url.hostname === "") {
    return refuse(
      "config.invalid",
      `${JSON.stringify(text)}: must be an address such as mqtt://192.0.2.7:1883`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    return refuse(
      "config.invalid",
      "the address of the broker must not hold a password; every device has its own",
    );
  }
  // A URL puts an IPv6 address in brackets, a socket does not.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return accept({ protocol, host, port: url.port === "" ? PORTS[protocol] : Number(url.port) });
}

/** Where a broker on this machine is reached that listens on `host`, which may mean every address there is. */
export function localBroker({ host, port }: { host: string; port: number }): BrokerAddress {
  const loopback: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  return { protocol: "mqtt", host: loopback[host] ?? host, port };
}
