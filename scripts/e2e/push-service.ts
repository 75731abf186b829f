import { join } from "node:path";
import tls from "node:tls";

/**
 * The push service of Chromium, as far as a browser and a sender of Web Push see it: the browser checks in, registers
 * and keeps its line (Google's MCS over TLS); a sender posts what is encrypted for the browser (RFC 8030, 8291, 8292).
 * Strict about both; it reads nothing of what it hands on.
 */
export interface PushService extends AsyncDisposable {
  /** What Chromium is started with, so that it turns here. */
  switches: string[];
  /** Where senders are to post, in the place of the one that the browser names. */
  origin: string;
  /** The service's certificate, for who sends. */
  certificateFile: string;
  /** What was wrong with what senders sent. */
  complaints: string[];
  /** How many messages went to the browser. */
  handed: number;
}

/** What a browser registered for a page: how its messages are marked on its line. */
interface Registration {
  app: string;
  subtype: string;
  /** The VAPID key that may send to it. */
  sender: string;
}

/** MCS: the version, and the tags of the messages that are used. */
const MCS_VERSION = 41;
const [LOGIN_REQUEST, LOGIN_RESPONSE, DATA_MESSAGE] = [2, 3, 8];
const BODY_MAX_BYTES = 4_096;

export async function startPushService(directory: string): Promise<PushService> {
  const [keyFile, certificateFile] = [join(directory, "push-key.pem"), join(directory, "push.pem")];
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", keyFile, "-out", certificateFile, "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
  ]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  const [key, cert] = [await Bun.file(keyFile).text(), await Bun.file(certificateFile).text()];
  const registrations = new Map<string, Registration>();
  const complaints: string[] = [];
  let line: tls.TLSSocket | null = null;
  let handed = 0;

  const mcs = tls.createServer({ key, cert }, (socket) => {
    let open = false;
    socket.on("error", () => undefined);
    socket.on("data", ([version, tag]: Buffer) => {
      if (open) return;
      if (version !== MCS_VERSION || tag !== LOGIN_REQUEST) complaints.push(`login of ${version}, ${tag}`);
      open = true;
      line = socket;
      socket.write(
        Buffer.concat([Uint8Array.of(MCS_VERSION), framed(LOGIN_RESPONSE, bytesField(1, "login"))]),
      );
    });
  });
  await new Promise<void>((resolve) => mcs.listen(0, "127.0.0.1", resolve));

  const forBrowsers = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    routes: {
      "/checkin": { POST: () => new Response(checkedIn()) },
      "/register": {
        POST: async (request) => {
          const form = new URLSearchParams(await request.text());
          const token = crypto.randomUUID();
          registrations.set(token, {
            app: form.get("app") ?? "",
            subtype: form.get("X-subtype") ?? "",
            sender: form.get("sender") ?? "",
          });
          return new Response(`token=${token}`);
        },
      },
    },
  });
  const forSenders = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", tls: { key, cert } },
    routes: {
      "/fcm/send/:token": {
        POST: async (request): Promise<Response> => {
          const registration = registrations.get(request.params.token);
          if (registration === undefined) return new Response(null, { status: 410 });
          const body = await request.bytes();
          const problem = await problemOf(
            request.headers,
            body,
            registration.sender,
            new URL(request.url).origin,
          );
          if (problem !== null) complaints.push(problem);
          if (problem !== null || line === null) return new Response(problem, { status: 400 });
          handed += 1;
          line.write(framed(DATA_MESSAGE, dataMessage(registration, body, handed)));
          return new Response(null, { status: 201, headers: { location: `/message/${handed}` } });
        },
      },
    },
  });
  const origin = `https://localhost:${forSenders.port}`;
  const { port } = mcs.address() as { port: number };
  const base = `http://127.0.0.1:${forBrowsers.port}`;

  return {
    switches: [
      `--gcm-checkin-url=${base}/checkin`,
      `--gcm-registration-url=${base}/register`,
      `--gcm-mcs-endpoint=https://127.0.0.1:${port}`,
      // The line's certificate is nobody's that the browser knows.
      "--ignore-certificate-errors",
    ],
    ...{ origin, certificateFile, complaints },
    get handed() {
      return handed;
    },
    async [Symbol.asyncDispose]() {
      line?.destroy();
      mcs.close();
      await Promise.all([forBrowsers.stop(true), forSenders.stop(true)]);
    },
  };
}

/** What RFC 8030 and 8292 want of a request; null when it is right. */
async function problemOf(
  headers: Headers,
  body: Uint8Array,
  sender: string,
  origin: string,
): Promise<string | null> {
  if (headers.get("content-encoding") !== "aes128gcm") return "it is not encoded as aes128gcm";
  if (!/^\d+$/.test(headers.get("ttl") ?? "")) return "it has no TTL";
  if (body.length > BODY_MAX_BYTES) return `${body.length} bytes are too many`;
  const [, token = "", key = ""] =
    /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.get("authorization") ?? "") ?? [];
  if (key !== sender) return "it is signed with another key than the browser subscribed with";
  const [head = "", claims = "", signature = ""] = token.split(".");
  const { aud, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
    aud: string;
    exp: number;
  };
  if (aud !== origin) return `it is signed for ${aud}`;
  if (exp * 1_000 < Date.now()) return "its signature is over";
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const publicKey = await crypto.subtle.importKey("raw", Buffer.from(key, "base64url"), algorithm, false, [
    "verify",
  ]);
  const isSigned = await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" },
    publicKey,
    Buffer.from(signature, "base64url"),
    new TextEncoder().encode(`${head}.${claims}`),
  );
  return isSigned ? null : "its signature is wrong";
}

/** `AndroidCheckinResponse`: taken, the time, an id and a token for the browser. */
function checkedIn(): Uint8Array<ArrayBuffer> {
  return joined([
    numberField(1, 1),
    numberField(3, Date.now()),
    fixedField(7, 123_456_789n),
    fixedField(8, 987_654_321n),
  ]);
}

/** `DataMessageStanza`: from whom and for which page, and the encrypted body as it came. */
function dataMessage({ app, subtype, sender }: Registration, body: Uint8Array, id: number): Uint8Array {
  const data = (name: string, value: string) =>
    bytesField(7, joined([bytesField(1, name), bytesField(2, value)]));
  return joined([
    ...[bytesField(3, sender), bytesField(5, app), data("subtype", subtype)],
    ...[data("content-encoding", "aes128gcm"), bytesField(9, `message-${id}`), bytesField(21, body)],
  ]);
}

/** A message on the line: its tag, its length, itself. */
function framed(tag: number, message: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(tag), varint(message.length), message]);
}

/** Fields of protobuf messages: bytes or a text, a number, eight bytes. */
function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return joined([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function numberField(field: number, value: number): Uint8Array {
  return joined([varint(field * 8), varint(value)]);
}

function fixedField(field: number, value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return joined([varint(field * 8 + 1), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
