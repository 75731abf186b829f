/**
 * The cloud's address as people write it: `https://homepot.example`, with a path when it lives below one. Null when it
 * is none. Queries and fragments mean nothing and are refused, so that a pasted page address is noticed.
 */
export function parseCloudUrl(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url === null || !["http:", "https:"].includes(url.protocol)) return null;
  if (url.hostname === "" || url.username !== "" || url.search !== "" || url.hash !== "") return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** Whether what is sent there can be read by others on the way. */
export function isReadableOnTheWay(cloudUrl: string): boolean {
  const { protocol, hostname } = new URL(cloudUrl);
  const local = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return protocol === "http:" && !local;
}
