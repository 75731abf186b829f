/**
 * What the pages of people at work hear, in one process: `bun listeners.ts URL`. Takes orders as lines of JSON on stdin:
 * `{"cookies": […]}` opens the line for events that every page has, one for each session, and answers `{"open": n}`;
 * `{"count": true}` answers `{"bytes": n}`, heard so far. Ends when a line ends: the cloud would have less to do than is
 * said here. Frames are counted and not read, for a browser does that on a machine of its own.
 */
export {};

const { hostname, port } = new URL(process.argv[2] ?? "");
const PONG_EVERY_MS = 30_000;
/** RFC 6455 section 5: a pong that nobody asked for, masked with zeros. The cloud ends a line that is silent. */
const PONG = new Uint8Array([0x8a, 0x80, 0, 0, 0, 0]);
let bytes = 0;

async function openLine(cookie: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let last = "";
  const end = (): never => {
    console.error(`a line for events was ended by the cloud: ${last}`);
    process.exit(1);
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, chunk) {
        if (chunk.toString("latin1", 0, 13) === "HTTP/1.1 101 ") resolve();
        bytes += chunk.byteLength;
        last = chunk.toString("latin1", Math.max(0, chunk.byteLength - 40));
      },
      close: end,
      error: end,
    },
  });
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  socket.write(
    [
      "GET /api/v1/events HTTP/1.1",
      `Host: ${hostname}:${port}`,
      `Cookie: ${cookie}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${key}`,
      "\r\n",
    ].join("\r\n"),
  );
  setInterval(() => socket.write(PONG), PONG_EVERY_MS);
  await promise;
}

for await (const line of console) {
  const { cookies } = JSON.parse(line) as { cookies?: string[] };
  await Promise.all((cookies ?? []).map(openLine));
  console.log(JSON.stringify(cookies === undefined ? { bytes } : { open: cookies.length }));
}
