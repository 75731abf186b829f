import { type Outcome, refused, retryable, throttled } from "../../../protocol/notifications/outcome.ts";
import { ofFault, reasonOf, THROTTLED_MS } from "./fates.ts";

/** What brokers say no with: reason codes of MQTT 5 (section 2.4) and return codes of 3.1.1 (section 3.2.2.3). */

const QUOTA_EXCEEDED = 0x97;
/** Those that say something of the broker as it is now, and not of the message or the credentials. */
const PASSING = new Set([
  ...[0, 3, 0x80, 0x83, 0x88, 0x89, 0x8b, 0x8d, 0x8e, 0x91, 0x93, 0x96, 0x98, 0x9c, 0x9d, 0x9f],
]);

const NAMES: Record<number, string> = {
  ...{ 1: "unacceptable protocol version", 2: "identifier rejected", 3: "server unavailable" },
  ...{ 4: "bad user name or password", 5: "not authorized" },
  ...{ 128: "unspecified error", 129: "malformed packet", 130: "protocol error" },
  ...{ 131: "implementation specific error", 132: "unsupported protocol version" },
  ...{ 133: "client identifier not valid", 134: "bad user name or password", 135: "not authorized" },
  ...{ 136: "server unavailable", 137: "server busy", 138: "banned", 139: "server shutting down" },
  ...{ 140: "bad authentication method", 141: "keep alive timeout", 142: "session taken over" },
  ...{ 144: "topic name invalid", 145: "packet identifier in use", 147: "receive maximum exceeded" },
  ...{ 149: "packet too large", 150: "message rate too high", 151: "quota exceeded" },
  ...{ 152: "administrative action", 153: "payload format invalid", 155: "QoS not supported" },
  ...{ 156: "use another server", 157: "server moved", 159: "connection rate exceeded" },
};

/** A broker's no: to a connection, or to a message. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: number;

  constructor(code: number) {
    super(`the broker answered 0x${code.toString(16)}: ${NAMES[code] ?? "no further reason"}`);
    this.code = code;
  }
}

/** What a failure means for the message. */
export function outcomeOf(error: Error): Outcome {
  if (!(error instanceof BrokerError)) return ofFault(error);
  const reason = reasonOf(error);
  if (error.code === QUOTA_EXCEEDED) return throttled(reason, THROTTLED_MS);
  return PASSING.has(error.code) ? retryable(reason) : refused(reason);
}
