import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import { SocketWire } from "../wire/socket-wire.ts";
import type { AcceptWire, Listening } from "../wire/wire.ts";
import type { Door } from "./door.ts";
import type { ClientCertificate, TlsMaterial, TlsMaterials } from "./tls-material.ts";

export interface TlsParts {
  tls: TlsMaterials;
  door: Door;
  clock: Clock;
  log: Logger;
}

/** An honest handshake takes a few round trips; a small device some seconds of arithmetic. */
const HANDSHAKE_WITHIN_MS = 10 * SECOND;

type TlsSocket = Bun.Socket<SocketWire | undefined>;

/**
 * Listens for TLS connections. A client with a certificate of the authority is known by its common name; one whose
 * certificate does not count is treated as having none. Certificates are replaced without ending a connection. Rejects
 * with the system's error when the address cannot be had, or a certificate not be read.
 */
export async function listenTls(
  options: { host: string; port: number },
  parts: TlsParts,
  accept: AcceptWire,
): Promise<Listening> {
  const lines = new TlsLines(parts, accept);
  const open = (material: TlsMaterial, port: number) =>
    Bun.listen<SocketWire | undefined>({
      hostname: options.host,
      port,
      tls: {
        cert: material.cert,
        key: material.key,
        ca: material.clientAuthority,
        requestCert: true,
        // Whoever comes without a certificate logs in with a password.
        rejectUnauthorized: false,
      },
      socket: lines,
    });
  let listener = open(await parts.tls.current(), options.port);
  const { port } = listener;
  const silence = parts.tls.tell({
    changed(material) {
      // Connections are the sockets' own: those that are open outlive the listener.
      listener.stop(false);
      listener = open(material, port);
    },
    recheck: () => lines.recheck(),
  });
  const stop = async (): Promise<void> => {
    silence();
    listener.stop(true);
    lines.destroy();
  };
  return { port, stop, [Symbol.asyncDispose]: stop };
}

/** The sockets of a TLS listener: those that shake hands, and the wires of those that have. */
class TlsLines {
  readonly #parts: TlsParts;
  readonly #accept: AcceptWire;
  readonly #shaking = new Map<TlsSocket, { remoteAddress: string; cancel: () => void }>();
  readonly #wires = new Map<SocketWire, ClientCertificate | null>();

  constructor(parts: TlsParts, accept: AcceptWire) {
    this.#parts = parts;
    this.#accept = accept;
  }

  readonly open = (socket: TlsSocket): void => {
    const { remoteAddress } = socket;
    if (!this.#parts.door.enter(remoteAddress)) {
      socket.terminate();
      return;
    }
    const cancel = this.#parts.clock.after(HANDSHAKE_WITHIN_MS, () => {
      this.#refused(remoteAddress, "no TLS handshake came within ten seconds");
      socket.terminate();
    });
    this.#shaking.set(socket, { remoteAddress, cancel });
  };

  readonly handshake = (socket: TlsSocket, success: boolean, error: Error | null): void => {
    const shaking = this.#shaking.get(socket);
    if (shaking === undefined) return;
    if (!success) {
      this.#refused(shaking.remoteAddress, whyNoHandshake(error));
      socket.terminate();
      return;
    }
    shaking.cancel();
    this.#shaking.delete(socket);
    const certificate = this.#certificateOf(socket, error);
    const wire = new SocketWire(socket as Bun.Socket<SocketWire>, "tls", certificate?.commonName ?? null);
    socket.data = wire;
    this.#wires.set(wire, certificate);
    wire.listen(this.#accept(wire));
  };

  readonly data = (socket: TlsSocket, bytes: Buffer): void => socket.data?.took(bytes);

  readonly drain = (socket: TlsSocket): void => socket.data?.drained();

  readonly close = (socket: TlsSocket): void => {
    const { door } = this.#parts;
    const shaking = this.#shaking.get(socket);
    if (shaking !== undefined) {
      shaking.cancel();
      this.#shaking.delete(socket);
      door.left(shaking.remoteAddress);
    }
    const wire = socket.data;
    if (wire === undefined) return;
    this.#wires.delete(wire);
    door.left(wire.remoteAddress);
    wire.gone();
  };

  /** A socket that fails closes as well: what there is to say is why. */
  readonly error = (socket: TlsSocket, error: Error): void => {
    this.#refused(socket.data?.remoteAddress ?? socket.remoteAddress, error.message);
  };

  /** Ends the connections whose certificate does not count any more. */
  recheck(): void {
    for (const [wire, certificate] of this.#wires) {
      if (certificate === null || this.#parts.tls.isValid(certificate)) continue;
      this.#parts.log.info("a connection was closed", {
        device: certificate.commonName,
        reason: "its certificate was taken back",
      });
      wire.destroy();
    }
  }

  destroy(): void {
    for (const socket of this.#shaking.keys()) socket.terminate();
    for (const wire of this.#wires.keys()) wire.destroy();
  }

  #certificateOf(socket: TlsSocket, error: Error | null): ClientCertificate | null {
    const certificate = readCertificate(socket.getPeerCertificate());
    if (certificate === null) return null;
    const isValid = socket.authorized && this.#parts.tls.isValid(certificate);
    if (isValid) return certificate;
    this.#parts.door.say("a client certificate does not count", socket.remoteAddress, {
      commonName: certificate.commonName,
      reason:
        error?.message ?? "it was not issued by this gateway, was taken back, or its device was removed",
    });
    return null;
  }

  #refused(remoteAddress: string, reason: string): void {
    this.#parts.door.say("a TLS connection failed", remoteAddress, { reason });
  }
}

/** What Bun gives for the other end's certificate, which is empty when there is none. */
function readCertificate(given: unknown): ClientCertificate | null {
  const { subject, serialNumber } = (given ?? {}) as { subject?: { CN?: unknown }; serialNumber?: unknown };
  const commonName = subject?.CN;
  if (typeof commonName !== "string" || commonName === "" || typeof serialNumber !== "string") return null;
  return { commonName, serial: serialNumber };
}

/** The reasons that an installer meets, in words. */
function whyNoHandshake(error: Error | null): string {
  const message = error?.message ?? "the connection ended";
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST/.test(message)) {
    return "it does not speak TLS: this is the port of mqtt.tls-listen";
  }
  if (/UNSUPPORTED_PROTOCOL/.test(message)) return "its TLS is older than 1.2";
  // OpenSSL's alert about an authority it does not know comes here as BAD_PACKET_LENGTH.
  if (/UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE|BAD_PACKET_LENGTH|disconnected before/.test(message)) {
    return `it ended the handshake (${message}); does it trust what \`homepot-edge device authority\` prints?`;
  }
  return message;
}
