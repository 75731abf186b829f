import { SocketWire } from "../wire/socket-wire.ts";
import type { AcceptWire, Listening } from "../wire/wire.ts";

/** Listens for plain TCP connections. Rejects with the system's error when the address cannot be had. */
export async function listenTcp(
  options: { host: string; port: number },
  accept: AcceptWire,
): Promise<Listening> {
  const wires = new Set<SocketWire>();
  const listener = Bun.listen<SocketWire>({
    hostname: options.host,
    port: options.port,
    socket: {
      open(socket) {
        const wire = new SocketWire(socket, "tcp", null);
        socket.data = wire;
        wires.add(wire);
        wire.listen(accept(wire));
      },
      data: (socket, bytes) => socket.data.took(bytes),
      drain: (socket) => socket.data.drained(),
      close(socket) {
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
