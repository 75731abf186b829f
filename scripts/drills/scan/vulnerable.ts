import { Database } from "bun:sqlite";

/**
 * A small service with the classical holes, to see that the scanners find them: a query put together from what was
 * sent, a parameter shown as it came, and a redirect to wherever one likes. What a scan of it finds proves that a scan
 * of the real service which finds nothing has looked.
 */
export function serveVulnerable(): { url: string; port: number } & Disposable {
  const db = new Database(":memory:");
  db.run("CREATE TABLE device (id INTEGER PRIMARY KEY, name TEXT)");
  db.run("INSERT INTO device (name) VALUES ('till'), ('kiosk'), ('meter')");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(db, new URL(request.url)),
  });
  const port = server.port ?? 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      void server.stop(true);
      db.close();
    },
  };
}

function answer(db: Database, { pathname, searchParams }: URL): Response {
  const given = searchParams.get("q") ?? "";
  if (pathname === "/search") {
    try {
      const rows = db.query(`SELECT name FROM device WHERE name = '${given}'`).all() as { name: string }[];
      return page(
        `<p>${rows.length} found</p><ul>${rows.map(({ name }) => `<li>${name}</li>`).join("")}</ul>`,
      );
    } catch (error) {
      return page(`<pre>[SQLITE_ERROR] ${error}</pre>`, 500);
    }
  }
  if (pathname === "/greet") return page(`<p>Hello ${given}</p>`);
  if (pathname === "/leave" && /^[!-~]+$/.test(given))
    return new Response(null, { status: 302, headers: { location: given } });
  return page(
    ["search?q=till", "greet?q=you", "leave?q=/greet"].map((at) => `<a href="/${at}">${at}</a>`).join(" "),
  );
}

function page(body: string, status = 200): Response {
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response(`<!doctype html><html><body>${body}</body></html>`, { status, headers });
}
