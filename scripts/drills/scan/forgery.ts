import type { Finding } from "./finding.ts";

/**
 * Whether what wapiti calls a form without protection from forged requests is protected after all: it looks for a
 * hidden token, and we look at where a browser says that a request comes from (cloud/http/security.ts). So the very form
 * is sent once more, with the session's cookie, as another site's page would send it.
 */
export async function isForgeryProof(base: string, cookie: string, finding: Finding): Promise<boolean> {
  if (!finding.what.startsWith("Cross Site Request Forgery")) return false;
  const [method = "POST", path = "/"] = finding.where.split(" ");
  const signs = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  const answers = await Promise.all(
    signs.map((sign) =>
      fetch(`${base}${path}`, {
        method,
        redirect: "manual",
        headers: { cookie, "content-type": "application/x-www-form-urlencoded", ...sign } as Record<
          string,
          string
        >,
        body: "name=forged",
      }),
    ),
  );
  return answers.every(({ status }) => status === 403);
}
