import { readFileSync } from "node:fs";
import { SocketWire } from "../wire/socket-wire.ts";
import type { AcceptWire, Listening } from "../wire/wire.ts";

/** Files in PEM form. */
export interface TlsFiles {
  /** The server's certificate, with its chain. */
  certificate: string;
  key: string;
  /** The authority whose client certificates are accepted; null when none are asked for. */
  clientAuthority: string | null;
}

/** Reads the files as Bun's listeners want them. Throws the system's error for one that cannot be read. */
export function readTls({ certificate, key, clientAuthority }: TlsFiles) {
  return {
    cert: readFileSync(certificate, "utf8"),
    key: readFileSync(key, "utf8"),
    ...(clientAuthority === null
      ? {}
      : // Whoever comes without one logs in with a password; whose does not verify is treated as without.
        { ca: readFileSync(clientAuthority, "utf8"), requestCert: true, rejectUnauthorized: false }),
  };
}

/**
 * Listens for TLS connections. A client with a certificate of the authority is known by its common name. Rejects with
 * the system's error when the address cannot be had, or a file not be read.
 */
export async function listenTls(
  options: { host: string; port: number; tls: TlsFiles },
  accept: AcceptWire,
): Promise<Listening> {
  const wires = new Set<SocketWire>();
  const listener = Bun.listen<SocketWire | undefined>({
    hostname: options.host,
    port: options.port,
    tls: readTls(options.tls),
    socket: {
      handshake(socket, success) {
        if (!success) {
          socket.terminate();
          return;
        }
        const name = socket.authorized ? commonName(socket.getPeerCertificate()) : null;
        const wire = new SocketWire(socket as Bun.Socket<SocketWire>, "tls", name);
        socket.data = wire;
        wires.add(wire);
        wire.listen(accept(wire));
      },
      data: (socket, bytes) => socket.data?.took(bytes),
      drain: (socket) => socket.data?.drained(),
      close(socket) {
        if (socket.data === undefined) return;
        wires.delete(socket.data);
        socket.data.gone();
      },
      // A socket that fails closes as well; there is nothing else to do about it.
      error: () => undefined,
    },
  });
  const stop = async (): Promise<void> => {
    for (const wire of wires) wire.destroy();
    listener.stop(true);
  };
  return { port: listener.port, stop, [Symbol.asyncDispose]: stop };
}

function commonName(certificate: unknown): string | null {
  const { subject } = (certificate ?? {}) as { subject?: { CN?: unknown } };
  return typeof subject?.CN === "string" && subject.CN !== "" ? subject.CN : null;
}
