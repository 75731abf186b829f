import { createServer } from "node:net";

/** The first free port from `wanted` on, on the loopback address; any for 0. */
export async function freePort(wanted: number): Promise<number> {
  if (wanted === 0) return (await portIfFree(0)) ?? freePort(0);
  for (let port = wanted; port < wanted + 100; port += 1) {
    if ((await portIfFree(port)) !== null) return port;
  }
  throw new Error(`no free port from ${wanted} to ${wanted + 99}`);
}

function portIfFree(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
