import type { Socket } from "bun";

/** MQTT bytes as they are on the line, made by hand: a client library would not send what a hostile client does. */

export interface Login {
  username: string;
  password: string;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

/** `announced` is the length the packet claims to have; its own by default. */
export function packet(firstByte: number, body: Uint8Array, announced = body.length): Buffer {
  const head = [firstByte];
  let rest = announced;
  do {
    head.push(rest >= 128 ? (rest % 128) + 128 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Uint8Array.from(head), body]);
}

export function connect(login: Login, clientId: string, clean = true): Buffer {
  const flags = 0b1100_0000 | (clean ? 0b10 : 0);
  const variable = Buffer.concat([text("MQTT"), Buffer.of(4, flags, 0, 60)]);
  return packet(0x10, Buffer.concat([variable, text(clientId), text(login.username), text(login.password)]));
}

export function publish(topic: string, payload: Uint8Array, qos: 0 | 1 | 2, id = 0, retain = false): Buffer {
  const packetId = qos === 0 ? Buffer.alloc(0) : Buffer.of(id >> 8, id & 0xff);
  return packet(0x30 | (qos << 1) | (retain ? 1 : 0), Buffer.concat([text(topic), packetId, payload]));
}

export function subscribe(filter: string, id: number): Buffer {
  return packet(0x82, Buffer.concat([Buffer.of(id >> 8, id & 0xff), text(filter), Buffer.of(0)]));
}

/**
 * A connection that sends `more` as fast as the other end takes it, after `first`; `more` gives null for nothing
 * further. Connects again, so soon after it was closed, until the process ends.
 */
export interface RawPlan {
  port: number;
  first: Uint8Array;
  more?: () => Uint8Array | null;
  /** Never reads a byte. */
  deaf?: boolean;
  /** Connect again after so long; absent means never. */
  againAfterMs?: number;
}

export function runRaw(plan: RawPlan): void {
  let waiting: Uint8Array = plan.first;
  const pump = (socket: Socket): void => {
    // A bounded piece at a time, so that one socket does not keep the others of this process from the line.
    for (let pieces = 0; pieces < 16; pieces += 1) {
      const written = socket.write(waiting);
      if (written < 0) return;
      if (written < waiting.length) {
        waiting = waiting.subarray(written);
        return;
      }
      const next = plan.more?.() ?? null;
      waiting = next ?? new Uint8Array();
      if (next === null) return;
    }
    setImmediate(() => pump(socket));
  };
  const again = (): void => {
    if (plan.againAfterMs === undefined) return;
    setTimeout(() => runRaw(plan), plan.againAfterMs);
  };
  Bun.connect({
    hostname: "127.0.0.1",
    port: plan.port,
    socket: {
      open(socket) {
        if (plan.deaf) socket.pause();
        pump(socket);
      },
      data() {},
      drain: pump,
      close: again,
      error() {},
    },
  }).catch(again);
}
