import { afterEach, describe, expect, test } from "bun:test";
import { DAY } from "../../protocol/units.ts";
import { makeAuthority, makeCertificate } from "../certificates/authority.ts";
import { TunnellingProxy } from "../uplink/testing/tunnelling-proxy.ts";
import { examineWay, judgeCertificate } from "./network.ts";

const NOW = Date.UTC(2026, 10, 28);
const servers: { stop(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

function serve(answer: () => Response, tls?: { cert: string; key: string }) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: answer,
    ...(tls === undefined ? {} : { tls }),
  });
  servers.push({ stop: () => void server.stop(true) });
  return server;
}
const walk = (cloudUrl: string, proxy: string | null = null) =>
  examineWay({ cloudUrl, proxy, nowMs: Date.now() });
const levels = (findings: { subject: string; level: string }[]) =>
  findings.map(({ subject, level }) => `${subject} ${level}`);

describe("the way to the cloud", () => {
  test("is walked to its end, where the cloud tells the time", async () => {
    const { port } = serve(() => new Response("ok"));
    const { findings, cloudMs } = await walk(`http://127.0.0.1:${port}`);
    expect(levels(findings)).toEqual(["dns ok", "network ok", "answer ok"]);
    expect(Math.abs((cloudMs ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  test("ends where a name is not known", async () => {
    const { findings } = await walk("https://nowhere.invalid");
    expect(levels(findings)).toEqual(["dns problem"]);
    expect(findings[0]?.says).toMatch(/nowhere\.invalid|no name server answers/);
  });

  test("ends where nothing listens", async () => {
    const { findings, cloudMs } = await walk("http://127.0.0.1:1");
    expect([levels(findings), cloudMs]).toEqual([["dns ok", "network problem"], null]);
    expect(findings[1]).toMatchObject({
      says: "the cloud refuses connections at 127.0.0.1:1: nothing listens there",
      advice: expect.stringContaining("firewall"),
    });
  });

  test("ends at a certificate that nobody stands for, and at what is no TLS", async () => {
    const authority = await makeAuthority("Corner Shop CA", "42");
    const { certificate: cert, key } = await makeCertificate(authority, {
      ...{ commonName: "cloud", names: ["127.0.0.1"], use: "server", serial: "43" },
      notAfterMs: Date.now() + 90 * DAY,
    });
    const secure = serve(() => new Response("ok"), { cert, key });
    const { findings } = await walk(`https://127.0.0.1:${secure.port}`);
    expect(findings.at(-1)).toMatchObject({
      ...{ subject: "tls", level: "problem", says: expect.stringContaining("Corner Shop CA") },
      advice: expect.stringContaining("update-ca-certificates"),
    });
    const plain = serve(() => new Response("ok"));
    expect(levels((await walk(`https://127.0.0.1:${plain.port}`)).findings).at(-1)).toBe("tls problem");
  });

  test("ends where something else answers", async () => {
    const portal = serve(() => Response.redirect("http://hotel.example/login", 302));
    expect((await walk(`http://127.0.0.1:${portal.port}`)).findings.at(-1)).toMatchObject({
      ...{ subject: "answer", level: "problem", says: expect.stringContaining("http://hotel.example/login") },
    });
    const broken = serve(() => new Response("", { status: 502 }));
    expect((await walk(`http://127.0.0.1:${broken.port}`)).findings.at(-1)?.says).toContain("status 502");
  });

  test("goes through a proxy, whose password is not shown", async () => {
    const { port = 0 } = serve(() => new Response("ok"));
    using proxy = new TunnellingProxy(port);
    proxy.answer = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    const refused = await walk("http://homepot.example", proxy.url);
    expect(levels(refused.findings)).toEqual(["proxy ok", "answer problem"]);
    expect(refused.findings[1]?.advice).toContain("cloud.proxy");
    expect(JSON.stringify(refused)).not.toContain("secret");
    expect(levels((await walk("http://homepot.example", "http://127.0.0.1:1")).findings)).toEqual([
      "network problem",
    ]);
    expect(levels((await walk("http://homepot.example", "proxy")).findings)).toEqual(["proxy problem"]);
  });
});

describe("a certificate", () => {
  const facts = { host: "homepot.example", nowMs: NOW, fromMs: NOW - DAY, untilMs: NOW + 90 * DAY };
  const good = { ...facts, issuer: "Let's Encrypt", error: null };

  test("that counts is told with its end", () => {
    expect(judgeCertificate(good)).toMatchObject({
      level: "ok",
      says: expect.stringContaining("2027-02-26"),
    });
    expect(judgeCertificate({ ...good, untilMs: NOW + 3 * DAY }).level).toBe("warning");
  });

  test("of another time points at the clock, whatever else is wrong with it", () => {
    for (const off of [{ nowMs: NOW - 400 * DAY }, { nowMs: NOW + 400 * DAY }]) {
      expect(judgeCertificate({ ...good, ...off, error: "CERT_HAS_EXPIRED" })).toMatchObject({
        level: "problem",
        advice: expect.stringContaining("timedatectl"),
      });
    }
  });

  test("for another name points at who answers in the cloud's place", () => {
    expect(judgeCertificate({ ...good, error: "ERR_TLS_CERT_ALTNAME_INVALID" })).toMatchObject({
      level: "problem",
      says: "the certificate that answers is not for homepot.example",
    });
  });
});
