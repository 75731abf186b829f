import { connect } from "node:net";

/** Debian's mosquitto with a configuration file of its own; resolves when it listens. Whoever starts it kills it. */
export async function startMosquitto(config: string, port: number): Promise<ReturnType<typeof Bun.spawn>> {
  const broker = Bun.spawn(["/usr/sbin/mosquitto", "-c", config], { stdout: "ignore", stderr: "ignore" });
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return broker;
    if (broker.exitCode !== null) throw new Error(`mosquitto ended with ${broker.exitCode}`);
  }
}

/** A port that nobody listens on. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}
