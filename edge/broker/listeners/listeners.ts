import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import type { Certificates } from "../../certificates/certificates.ts";
import type { ConnectionLimits, LogThrottle } from "../limits/limits.ts";
import type { AcceptWire, Listening } from "../wire/wire.ts";
import { Door } from "./door.ts";
import { listenTcp } from "./tcp.ts";
import { listenTls } from "./tls.ts";
import { TlsMaterials } from "./tls-material.ts";
import { type TlsSettings, tlsSource } from "./tls-source.ts";
import { listenWebSocket } from "./web-socket.ts";

/**
 * Where clients come in: plain TCP, and what else is set. Promises that each accepts wires of the same kind, so that
 * nothing above knows what carries a session; that certificates are replaced while connections go on; that whoever
 * cannot get in is told of in the log, in words, and not too often. It never looks into what the wires carry.
 */
export interface Listeners {
  /** What opens each listener, TCP first. */
  listen: ((accept: AcceptWire) => Promise<Listening>)[];
  /** Reads the certificates again. It happens by itself too, a little later. */
  reload(): Promise<void>;
  /** Devices' certificates may have been taken back: ends the connections that stand on them. */
  recheck(): void;
}

export interface ListenSettings extends TlsSettings {
  mqttListen: Address;
  mqttTlsListen: Address | null;
  mqttWebsocketListen: Address | null;
  mqttWebsocketTlsListen: Address | null;
}
interface Address {
  host: string;
  port: number;
}
type Open = (address: Address, accept: AcceptWire) => Promise<Listening>;

export interface ListenerParts {
  certificates: Certificates;
  limits: ConnectionLimits;
  throttle: LogThrottle;
  clock: Clock;
  log: Logger;
}

/** The listeners of these settings. Throws when they contradict each other. */
export function createListeners(settings: ListenSettings, parts: ListenerParts): Listeners {
  const { mqttListen, mqttTlsListen, mqttWebsocketListen, mqttWebsocketTlsListen } = settings;
  const tls = new TlsMaterials(tlsSource(settings, parts.certificates), parts);
  const door = new Door(parts);
  const plain =
    (open: Open): Open =>
    (address, accept) =>
      open(address, door.guard(accept));
  const kinds: { kind: string; address: Address | null; open: Open }[] = [
    { kind: "TCP", address: mqttListen, open: plain(listenTcp) },
    {
      kind: "TLS",
      address: mqttTlsListen,
      open: (address, accept) => listenTls(address, { ...parts, tls, door }, accept),
    },
    {
      kind: "WebSocket",
      address: mqttWebsocketListen,
      open: plain((address, accept) => listenWebSocket({ ...address, tls: null }, accept)),
    },
    {
      kind: "WebSocket over TLS",
      address: mqttWebsocketTlsListen,
      open: plain((address, accept) => listenWebSocket({ ...address, tls }, accept)),
    },
  ];
  const listen = kinds.flatMap(({ kind, address, open }) =>
    address === null
      ? []
      : [
          async (accept: AcceptWire) => {
            const listening = await open(address, accept);
            parts.log.info("listening", { kind, host: address.host, port: listening.port });
            return listening;
          },
        ],
  );
  return { listen, reload: () => tls.look(), recheck: () => tls.recheck() };
}
