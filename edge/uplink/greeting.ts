import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { type Challenge, type Hello, helloSigningText, type Welcome } from "../../protocol/frames/control.ts";
import { PACKINGS } from "../../protocol/frames/packed.ts";
import { type Cursor, type Seq, UPLOG_STREAMS, type UplogStream } from "../../protocol/log/cursor.ts";
import { type Entry, markOf } from "../../protocol/log/entry.ts";
import { agreeVersion, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from "../../protocol/version.ts";

export interface HelloFacts {
  gatewayId: string;
  epoch: string;
  heads: Record<UplogStream, Seq>;
  downlog: Cursor | null;
  /** Ed25519, base64url. */
  sign: (text: string) => Result<string>;
  version: string;
  run: string;
  nowMs: number;
}

/** Who this gateway is and where it stands. Codes: `protocol.unsupported`, and those of `sign`. */
export function answerChallenge(challenge: Challenge, facts: HelloFacts): Result<Hello> {
  const { min, max } = challenge.protocol;
  if (agreeVersion(challenge.protocol) === null) {
    const older = max < PROTOCOL_VERSION_MIN ? "the cloud" : "this gateway";
    return refuse(
      "protocol.unsupported",
      `the cloud speaks ${min} to ${max}, this gateway ${PROTOCOL_VERSION_MIN} to ${PROTOCOL_VERSION}: ${older} is the older side`,
    );
  }
  const signature = facts.sign(helloSigningText(challenge.nonce, facts.gatewayId, facts.epoch));
  if (!signature.ok) return signature;
  return accept({
    protocol: { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION },
    packing: [...PACKINGS],
    gateway: facts.gatewayId,
    signature: signature.value,
    epoch: facts.epoch,
    uplog: { urgent: { head: facts.heads.urgent }, bulk: { head: facts.heads.bulk } },
    downlog: facts.downlog,
    version: facts.version.slice(0, 40),
    run: facts.run,
    nowMs: facts.nowMs,
  });
}

/**
 * What follows from a welcome; `entryAt` gives an entry of our log, null when it is not held any more. The cloud may know
 * more of our log than we do, or another entry at the same place: then this log has gone on from a backup. Codes:
 * `protocol.unsupported`.
 */
export function judgeWelcome(
  welcome: Welcome,
  heads: Record<UplogStream, Seq>,
  entryAt: (stream: UplogStream, seq: Seq) => Entry | null,
): Result<"go on" | "our log came back from a backup"> {
  if (welcome.protocol > PROTOCOL_VERSION || welcome.protocol < PROTOCOL_VERSION_MIN) {
    return refuse("protocol.unsupported", `the cloud chose version ${welcome.protocol}`);
  }
  const isAnother = UPLOG_STREAMS.some((stream) => {
    const seq = welcome.uplog[stream];
    if (seq > heads[stream]) return true;
    const mark = welcome.marks?.[stream];
    const entry = mark === undefined ? null : entryAt(stream, seq);
    return entry !== null && markOf(entry) !== mark;
  });
  return accept(isAnother ? "our log came back from a backup" : "go on");
}
