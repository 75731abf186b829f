import type { AcceptWire, Listening } from "../wire/wire.ts";
import { listenTcp } from "./tcp.ts";
import { listenTls, type TlsFiles } from "./tls.ts";
import { listenWebSocket } from "./web-socket.ts";

/**
 * Where clients come in: plain TCP, and what else is set. Promises that each accepts wires of the same kind, so that
 * nothing above knows what carries a session.
 */
export interface ListenSettings {
  mqttListen: Address;
  mqttTlsListen: Address | null;
  mqttWebsocketListen: Address | null;
  mqttWebsocketTlsListen: Address | null;
  mqttTlsCertificate: string | null;
  mqttTlsKey: string | null;
  mqttTlsClientCa: string | null;
}
interface Address {
  host: string;
  port: number;
}

/** The listeners of these settings, TCP first. Throws when TLS is asked for without its files. */
export function listeners(settings: ListenSettings): ((accept: AcceptWire) => Promise<Listening>)[] {
  const { mqttListen, mqttTlsListen, mqttWebsocketListen, mqttWebsocketTlsListen } = settings;
  return [
    (accept) => listenTcp(mqttListen, accept),
    ...(mqttTlsListen === null
      ? []
      : [(accept: AcceptWire) => listenTls({ ...mqttTlsListen, tls: filesOf(settings) }, accept)]),
    ...(mqttWebsocketListen === null
      ? []
      : [(accept: AcceptWire) => listenWebSocket({ ...mqttWebsocketListen, tls: null }, accept)]),
    ...(mqttWebsocketTlsListen === null
      ? []
      : [
          (accept: AcceptWire) =>
            listenWebSocket({ ...mqttWebsocketTlsListen, tls: filesOf(settings) }, accept),
        ]),
  ];
}

function filesOf({ mqttTlsCertificate, mqttTlsKey, mqttTlsClientCa }: ListenSettings): TlsFiles {
  if (mqttTlsCertificate === null || mqttTlsKey === null) {
    throw new Error("a TLS listener needs mqtt.tls-certificate and mqtt.tls-key");
  }
  return { certificate: mqttTlsCertificate, key: mqttTlsKey, clientAuthority: mqttTlsClientCa };
}
