import { seededRandom } from "../../../protocol/seeded-random.ts";
import { connect, type Login, packet, publish, runRaw, subscribe } from "./raw-client.ts";

/** `bun attacks.ts NAME PORT SEED LOGINS`: one kind of hostile clients, against a broker, until it is killed. */

export interface Target {
  port: number;
  seed: number;
  /** Credentials of devices that are let in: what gets by without them is the smaller part. */
  logins: Login[];
}

const READING = Buffer.from('{"temperature":21.4,"humidity":48.2,"door":true}');
const PUBLISHERS = 200;
const HALF_OPEN = 2_000;

const telemetry = (login: Login): string => `homepot/${login.username}/telemetry`;
const loginOf = ({ logins }: Target, index: number): Login => logins[index % logins.length]!;
const repeated = (bytes: Uint8Array, times: number): Buffer => Buffer.concat(Array(times).fill(bytes));

/** As many publishers as that, each as fast as it is read. */
function flood(target: Target): void {
  for (let index = 0; index < PUBLISHERS; index += 1) {
    const login = loginOf(target, index);
    const messages = repeated(publish(telemetry(login), READING, 0), 50);
    const first = connect(login, `flood-${index}`);
    runRaw({ port: target.port, first, more: () => messages, againAfterMs: 50 });
  }
}

export const ATTACKS: Record<string, (target: Target) => void> = {
  "QoS 0 flood of 200 publishers": flood,
  "subscribers that never read, under that flood": (target) => {
    for (const [index, login] of target.logins.entries()) {
      const first = Buffer.concat([connect(login, `deaf-${index}`), subscribe(telemetry(login), 1)]);
      runRaw({ port: target.port, first, deaf: true, againAfterMs: 500 });
    }
    flood(target);
  },
  "2,000 half-open sockets": (target) => {
    for (let index = 0; index < HALF_OPEN; index += 1) {
      const half = connect(loginOf(target, index), `half-${index}`).subarray(0, index % 20);
      runRaw({ port: target.port, first: half, againAfterMs: 200 });
    }
  },
  "a PUBLISH of 256 MB": (target) => {
    const part = Buffer.alloc(64 * 1024, 0x41);
    for (const [index, login] of target.logins.entries()) {
      const topic = publish(telemetry(login), part, 0).subarray(4);
      const first = Buffer.concat([connect(login, `huge-${index}`), packet(0x30, topic, 256_000_000)]);
      runRaw({ port: target.port, first, more: () => part, againAfterMs: 50 });
    }
  },
  "QoS 2 without PUBREL": (target) => {
    for (const [index, login] of target.logins.entries()) {
      let id = 0;
      const more = (): Uint8Array => {
        id = (id % 65_535) + 1;
        return publish(telemetry(login), READING, 2, id);
      };
      runRaw({ port: target.port, first: connect(login, `two-${index}`, false), more, againAfterMs: 50 });
    }
  },
  "a flood of retained messages": (target) => {
    for (const [index, login] of target.logins.entries()) {
      let count = 0;
      const more = (): Uint8Array => {
        count += 1;
        const topic = `homepot/${login.username}/command/${index}-${count}/progress`;
        return publish(topic, Buffer.from('{"percent":40,"message":"on its way"}'), 0, 0, true);
      };
      runRaw({ port: target.port, first: connect(login, `retained-${index}`), more, againAfterMs: 50 });
    }
  },
  "a storm of take-overs": (target) => {
    for (let index = 0; index < PUBLISHERS; index += 1) {
      runRaw({ port: target.port, first: connect(loginOf(target, index), "same"), againAfterMs: 5 });
    }
  },
  "mutated packets": (target) => {
    const random = seededRandom(target.seed);
    for (let index = 0; index < PUBLISHERS; index += 1) {
      const login = loginOf(target, index);
      const more = (): Uint8Array => {
        const good = Buffer.concat([
          publish(telemetry(login), READING, 1, 1 + Math.floor(random.next() * 65_535)),
          subscribe(telemetry(login), 7),
          packet(0xc0, new Uint8Array()),
        ]);
        good[Math.floor(random.next() * good.length)] = Math.floor(random.next() * 256);
        return good;
      };
      runRaw({ port: target.port, first: connect(login, `mutant-${index}`), more, againAfterMs: 20 });
    }
  },
};

if (import.meta.main) {
  const [name = "", port = "", seed = "", logins = "[]"] = process.argv.slice(2);
  const attack = ATTACKS[name];
  if (attack === undefined) throw new Error(`there is no attack ${name}`);
  attack({ port: Number(port), seed: Number(seed), logins: JSON.parse(logins) as Login[] });
}
