import { connect } from "node:net";

/** A log-in as a device makes it, to the byte. */
export interface MqttLogin {
  clientId: string;
  username: string;
  password: string;
}

/** How often a port that does not listen yet is tried again; adds half of it to what is measured, on average. */
const RETRY_MS = 1;
const CONNACK_ACCEPTED = Buffer.from([0x20, 0x02, 0x00, 0x00]);

/** Waits until a broker on this port accepts the log-in. Throws when it refuses it or `limitMs` pass. */
export async function untilAccepted(port: number, login: MqttLogin, limitMs = 10_000): Promise<void> {
  const packet = connectPacket(login);
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    const answer = await askOnce(port, packet);
    if (answer?.equals(CONNACK_ACCEPTED)) return;
    if (answer !== null) throw new Error(`the broker answered ${answer.toString("hex")} to CONNECT`);
    await Bun.sleep(RETRY_MS);
  }
  throw new Error(`nothing accepted MQTT on port ${port} within ${limitMs} ms`);
}

/** The broker's answer; null when nothing listens or it hangs up without one. */
function askOnce(port: number, packet: Buffer): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => socket.write(packet));
    socket.once("data", (answer) => {
      socket.destroy();
      resolve(Buffer.from(answer));
    });
    // A close without an answer is as good as nobody there; after an answer it changes nothing.
    socket.once("error", () => resolve(null));
    socket.once("close", () => resolve(null));
  });
}

/** CONNECT of MQTT 3.1.1 with a clean session [MQTT-3.1]. Keep alive is at most 255 s here, 0 for none [MQTT-3.1.2.10]. */
export function connectPacket({ clientId, username, password }: MqttLogin, keepAliveSeconds = 60): Buffer {
  const string = (text: string): Buffer => {
    const bytes = Buffer.from(text);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const level = 4;
  const flags = 0b1100_0010;
  const body = Buffer.concat([
    string("MQTT"),
    Buffer.from([level, flags, 0, keepAliveSeconds]),
    string(clientId),
    string(username),
    string(password),
  ]);
  // The length of so short a packet is one byte, or two when it passes 127 [MQTT-2.2.3].
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}
