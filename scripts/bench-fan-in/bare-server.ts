/** A WebSocket server of the runtime that does nothing, to know what a connection costs by itself: `bun bare-server.ts PORT`. */
Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch: (request, server) =>
    server.upgrade(request, { data: {} })
      ? undefined
      : new Response("a WebSocket is wanted", { status: 400 }),
  websocket: { data: {} as object, message: () => undefined },
});
console.log("ready");
