import { helloSigningText } from "../../protocol/frames/control.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../protocol/frames/frame.ts";
import type { EnrollResponse } from "../../protocol/gateways/gateway.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { entrySize } from "../../protocol/log/entry.ts";
import { StreamSender } from "../../protocol/log/sender.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";

/** A gateway of a cloud's, without a database. */
export interface BareGateway {
  url: string;
  gatewayId: string;
  privateKey: CryptoKey;
}

/** Enrols one with `claim` at the cloud at `url`. */
export async function enrolBareGateway(url: string, claim: string): Promise<BareGateway> {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
  const enrolled = await fetch(`${url}/api/v1/gateways/enroll`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ claim, publicKey: base64url(raw) }),
  });
  if (!enrolled.ok) throw new Error(`enrol: ${enrolled.status} ${await enrolled.text()}`);
  const { gatewayId } = (await enrolled.json()) as EnrollResponse;
  return { url, gatewayId, privateKey: keys.privateKey };
}

/**
 * Brings entries of the bulk lane to a cloud as a gateway does, as a log of their own: says hello, keeps the window.
 * Resolves when the last one is acknowledged.
 */
export async function bringEntries(
  { url, gatewayId, privateKey }: BareGateway,
  entries: Iterable<Entry>,
): Promise<void> {
  const epoch = makeId(Date.now(), seededRandom(Date.now()));
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/gateways/connect`);
  socket.binaryType = "arraybuffer";
  const source = entries[Symbol.iterator]();
  const sender = new StreamSender({ stream: "bulk", cursor: 0 });
  let waiting = source.next();

  const read = (maxBytes: number): Entry[] => {
    const batch: Entry[] = [];
    let bytes = 0;
    while (waiting.done !== true && (batch.length === 0 || bytes + entrySize(waiting.value) <= maxBytes)) {
      bytes += entrySize(waiting.value);
      batch.push(waiting.value);
      waiting = source.next();
    }
    return batch;
  };
  /** Fills the window; true when all that there is has been acknowledged. */
  const pump = (): boolean => {
    for (let next = sender.next(); next !== null && waiting.done !== true; next = sender.next()) {
      const batch = read(next.maxBytes);
      const frame = sender.sent(batch, batch.at(-1)?.seq ?? 0);
      if (frame !== null) socket.send(encodeFrame({ type: "entries", ...frame }));
    }
    return waiting.done === true && sender.next()?.after === sender.acked;
  };
  const hello = async (nonce: string): Promise<Frame> => {
    const text = new TextEncoder().encode(helloSigningText(nonce, gatewayId, epoch));
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, text));
    return {
      type: "hello",
      protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
      gateway: gatewayId,
      signature: base64url(signature),
      epoch,
      uplog: { urgent: { head: 0 }, bulk: { head: 0 } },
      downlog: null,
      version: "bench",
      nowMs: Date.now(),
    };
  };

  await new Promise<void>((resolve, reject) => {
    socket.onclose = ({ reason }) => reject(new Error(`the cloud closed the line: ${reason}`));
    socket.onmessage = async ({ data }) => {
      const frame = decodeFrame(new Uint8Array(data as ArrayBuffer));
      if (!frame.ok) return reject(new Error(frame.refusal.detail));
      const { value } = frame;
      if (value.type === "challenge")
        socket.send(encodeFrame((await hello(value.nonce)) as Frame & { type: "hello" }));
      if (value.type === "refuse") reject(new Error(`${value.code}: ${value.detail}`));
      if (value.type === "ack") sender.acknowledged(value.seq);
      if ((value.type === "welcome" || value.type === "ack") && pump()) resolve();
    };
  }).finally(() => {
    socket.onclose = null;
    socket.close();
  });
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
