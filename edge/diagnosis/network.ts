import { getServers } from "node:dns";
import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { DAY, SECOND } from "../../protocol/units.ts";
import { shownProxy } from "../config/proxy.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Long enough for a line by satellite, short enough for who waits for the prompt. */
const ANSWER_WITHIN_MS = 8 * SECOND;
/** A certificate that ends so soon has most likely been forgotten. */
const ENDS_SOON_MS = 7 * DAY;

export interface WayToCloud {
  /** Without a slash at its end. */
  cloudUrl: string;
  /** Of the way to it; null when it is direct. */
  proxy: string | null;
  nowMs: number;
}

/** What the way to the cloud came to. `cloudMs`: the cloud's clock when it answered, null when it did not. */
export interface WayFindings {
  findings: Finding[];
  cloudMs: number | null;
}

/** Walks the way to the cloud, step by step: name, address or proxy, certificate, answer. Ends at the first that fails. */
export async function examineWay(way: WayToCloud): Promise<WayFindings> {
  const url = new URL(way.cloudUrl);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const findings: Finding[] = [];
  const steps =
    way.proxy === null
      ? [() => examineName(host), () => examineReach(host, port, "cloud")]
      : [() => examineProxy(way.proxy ?? "")];
  if (way.proxy === null && url.protocol === "https:")
    steps.push(() => examineCertificate(host, port, way.nowMs));
  for (const step of steps) {
    const finding = await step();
    findings.push(finding);
    if (finding.level === "problem") return { findings, cloudMs: null };
  }
  const { finding, cloudMs } = await examineAnswer(way);
  return { findings: [...findings, finding], cloudMs };
}

async function examineName(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return fine("dns", `not needed: the cloud's address is ${host}`);
  try {
    const { address } = await lookup(host);
    return fine("dns", `${host} is ${address}`);
  } catch (error) {
    const servers = getServers().join(", ") || "none";
    if (codeOf(error) === "EAI_AGAIN" || codeOf(error) === "ETIMEOUT") {
      return problem(
        "dns",
        `no name server answers (there are: ${servers})`,
        "Check the cable or WLAN, and that the router hands out a name server: `resolvectl status`, /etc/resolv.conf.",
      );
    }
    return problem(
      "dns",
      `the name servers (${servers}) do not know ${host}`,
      "Check the cloud's address for a typing error. When it is right, ask who runs the site's network to let this name be looked up.",
    );
  }
}

async function examineProxy(proxy: string): Promise<Finding> {
  const url = URL.parse(proxy);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return problem(
      "proxy",
      "the address of the proxy is none",
      "Set cloud.proxy, or https_proxy, to an address such as http://proxy.example:3128.",
    );
  }
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const reach = await examineReach(url.hostname, port, "proxy");
  return reach.level === "ok" ? fine("proxy", `${shownProxy(proxy)} takes connections`) : reach;
}

function examineReach(host: string, port: number, subject: "cloud" | "proxy"): Promise<Finding> {
  const what = subject === "proxy" ? "the proxy" : "the cloud";
  const place = `${host}:${port}`;
  const said: Record<string, string> = {
    ECONNREFUSED: `${what} refuses connections at ${place}: nothing listens there`,
    ENETUNREACH: `there is no way from this machine to ${place}`,
    EHOSTUNREACH: `there is no way from this machine to ${place}`,
    ENOTFOUND: `no name server knows ${host}`,
    EAI_AGAIN: `no name server answers about ${host}`,
  };
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const advice =
    subject === "proxy"
      ? "Check cloud.proxy (or https_proxy), and that the proxy runs."
      : `Check the site's line, and that its firewall lets this machine out to port ${port}. Where a proxy is needed, set cloud.proxy.`;
  const socket = connectTcp({ host, port });
  const giveUp = setTimeout(
    () =>
      resolve(
        problem(
          "network",
          `${what} does not answer at ${place} within ${ANSWER_WITHIN_MS / SECOND} s`,
          advice,
        ),
      ),
    ANSWER_WITHIN_MS,
  );
  socket.once("connect", () => resolve(fine("network", `${place} takes connections`)));
  socket.once("error", (error) =>
    resolve(problem("network", said[codeOf(error)] ?? `${place}: ${error.message}`, advice)),
  );
  return promise.finally(() => {
    clearTimeout(giveUp);
    socket.destroy();
  });
}

async function examineCertificate(host: string, port: number, nowMs: number): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  const giveUp = setTimeout(
    () => resolve(problem("tls", `${host}:${port} does not speak TLS in time`, NOT_TLS)),
    ANSWER_WITHIN_MS,
  );
  socket.once("secureConnect", () => {
    const { valid_to, valid_from, issuer } = socket.getPeerCertificate();
    resolve(
      judgeCertificate({
        host,
        nowMs,
        fromMs: Date.parse(valid_from),
        untilMs: Date.parse(valid_to),
        issuer: nameOf(issuer),
        error: socket.authorized ? null : String(socket.authorizationError),
      }),
    );
  });
  socket.once("error", (error) => resolve(problem("tls", `${host}:${port}: ${error.message}`, NOT_TLS)));
  return promise.finally(() => {
    clearTimeout(giveUp);
    socket.destroy();
  });
}

const NOT_TLS =
  "Something else may answer in the cloud's place: see the address, and who runs the site's network.";

function nameOf(issuer: { O?: unknown; CN?: unknown } | undefined): string {
  return String(issuer?.O ?? issuer?.CN ?? "nobody");
}

export interface CertificateFacts {
  host: string;
  nowMs: number;
  fromMs: number;
  untilMs: number;
  issuer: string;
  /** Why it does not count, in the runtime's words; null when it does. */
  error: string | null;
}

/** What a certificate and this machine's clock come to, together. */
export function judgeCertificate(facts: CertificateFacts): Finding {
  const { host, nowMs, fromMs, untilMs, issuer, error } = facts;
  const now = new Date(nowMs).toISOString();
  if (nowMs < fromMs || nowMs > untilMs) {
    const span = `valid from ${day(fromMs)} to ${day(untilMs)}, and by this machine's clock it is ${now}`;
    return problem(
      "tls",
      `the certificate of ${host} is ${span}`,
      "When that is not the time, set the clock (`timedatectl set-time`, better NTP: `timedatectl set-ntp true`). When it is, the cloud's certificate has run out: tell who runs it.",
    );
  }
  if (error === null) {
    const says = `the certificate of ${host} is by ${issuer}, valid to ${day(untilMs)}`;
    if (untilMs - nowMs > ENDS_SOON_MS) return fine("tls", says);
    return warning("tls", says, "Tell who runs the cloud that its certificate is about to run out.");
  }
  if (/ALTNAME|Hostname/i.test(error)) {
    return problem(
      "tls",
      `the certificate that answers is not for ${host}`,
      "Check the cloud's address. When it is right, something else answers in its place: a portal of the network, or a wrong name server.",
    );
  }
  return problem(
    "tls",
    `nobody this machine trusts stands for the certificate of ${host}: it is by ${issuer} (${error})`,
    "Where the site's network or your company has an authority of its own, put its certificate (PEM, its name ends in .crt) into /usr/local/share/ca-certificates, then `update-ca-certificates` and `systemctl restart homepot-edge`.",
  );
}

async function examineAnswer({
  cloudUrl,
  proxy,
}: WayToCloud): Promise<{ finding: Finding; cloudMs: number | null }> {
  const url = `${cloudUrl}/healthz`;
  const through = proxy === null ? "" : ` through ${shownProxy(proxy)}`;
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(proxy === null ? {} : { proxy }),
    });
    const cloudMs = Date.parse(response.headers.get("date") ?? "");
    if (response.ok) {
      return {
        finding: fine("answer", `${cloudUrl} answers${through}`),
        cloudMs: Number.isNaN(cloudMs) ? null : cloudMs,
      };
    }
    const location = response.headers.get("location");
    const says =
      location === null
        ? `${url} answers with status ${response.status}${through}`
        : `${url} sends elsewhere: ${location}`;
    const advice =
      response.status === 407
        ? 'The proxy wants a name and a password: cloud.proxy = "http://NAME:PASSWORD@proxy.example:3128".'
        : "What answers is not a HOMEPOT cloud that is well: check the address; a network that wants a log-in in a browser first does this, too.";
    return { finding: problem("answer", says, advice), cloudMs: null };
  } catch (error) {
    const says = `${url}${through}: ${error instanceof Error ? error.message : String(error)}`;
    return {
      finding: problem(
        "answer",
        says,
        "See the line above for the way; when all is well there, ask who runs the cloud.",
      ),
      cloudMs: null,
    };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function day(ms: number): string {
  return Number.isNaN(ms) ? "?" : new Date(ms).toISOString().slice(0, 10);
}
