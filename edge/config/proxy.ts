/**
 * The HTTP proxy on the way to `url`: that of the settings, else the environment's, as other programs read it
 * (`https_proxy`, `no_proxy`). Null when the way is direct.
 */
export function proxyFor(url: string, configured: string | null, env = process.env): string | null {
  const { protocol, hostname } = new URL(url);
  const isSecure = protocol === "https:" || protocol === "wss:";
  const name = isSecure ? "https_proxy" : "http_proxy";
  const named = configured ?? env[name] ?? env[name.toUpperCase()] ?? "";
  if (named === "" || isExcepted(hostname, env.no_proxy ?? env.NO_PROXY ?? "")) return null;
  return named;
}

/** The runtime's `fetch`, by the proxy where there is one on the way. */
export function fetchThrough(
  configured: string | null,
): (url: string, init?: RequestInit) => Promise<Response> {
  return (url, init) => {
    const proxy = proxyFor(url, configured);
    return fetch(url, proxy === null ? init : { ...init, proxy });
  };
}

/** A proxy's address for people: without the password that it may hold. */
export function shownProxy(proxy: string): string {
  const url = URL.parse(proxy);
  return url === null ? "(not an address)" : `${url.protocol}//${url.host}`;
}

/** A name in `no_proxy` stands for itself and for all below it; `*` for everything. */
function isExcepted(hostname: string, list: string): boolean {
  const exceptions = list
    .split(",")
    .map((entry) => entry.trim().replace(/^\*?\./, ""))
    .filter((entry) => entry !== "");
  return exceptions.some((entry) => entry === "*" || hostname === entry || hostname.endsWith(`.${entry}`));
}
