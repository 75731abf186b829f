import { type ListenAddress, ownHost } from "../../protocol/settings/setting.ts";
import { SECOND } from "../../protocol/units.ts";
import { type Finding, fine, problem } from "./finding.ts";

/** Nobody's name: below, devices have letters first. */
const NOBODY = { username: "-", password: "-" };
const ANSWER_WITHIN_MS = 5 * SECOND;

export interface Login {
  username: string;
  password: string;
}

/**
 * Whether the broker speaks MQTT and looks at passwords: a log-in that must be refused, or one of a device that must not.
 * A device that is logged in this way counts as heard, for a moment.
 */
export async function examineLogin(listen: ListenAddress, login: Login | null): Promise<Finding> {
  const code = await tryLogin(listen, login ?? NOBODY);
  if (code === null) {
    return problem(
      "login",
      `what takes connections at port ${listen.port} does not answer an MQTT log-in`,
      "Another program may have the port: see the gateway's log (`homepot-edge logs`).",
    );
  }
  if (login === null) {
    if (code !== 0) return fine("login", "the broker answers, and refuses a wrong password");
    return problem(
      "login",
      "the broker let somebody in without a password: it is not this gateway's",
      "Another program has the port. Stop it, or set mqtt.listen.",
    );
  }
  if (code === 0) return fine("login", `${login.username} logs in with this password`);
  return problem(
    "login",
    `${login.username} cannot log in with this password`,
    `Make a new one: \`homepot-edge device remove ${login.username}\`, then \`homepot-edge device add ${login.username}\`; what it measured stays.`,
  );
}

/** The return code of the CONNACK [MQTT-3.2.2-6]; null when none came. */
async function tryLogin({ host, port }: ListenAddress, login: Login): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const giveUp = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
  Bun.connect({
    hostname: ownHost(host),
    port,
    socket: {
      open: (socket) => void socket.write(connectPacket(login)),
      data: (socket, bytes) => {
        const isConnack = bytes[0] === 0x20 && bytes.length >= 4;
        resolve(isConnack ? (bytes[3] ?? null) : null);
        socket.end();
      },
      close: () => resolve(null),
    },
  }).catch(() => resolve(null));
  return promise.finally(() => clearTimeout(giveUp));
}

/** CONNECT of MQTT 3.1.1 with a clean session, and no client id: the broker gives one. */
function connectPacket({ username, password }: Login): Uint8Array {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  };
  const CLEAN_WITH_NAME_AND_PASSWORD = 0xc2;
  const KEEP_ALIVE = [0, 10];
  const body = Buffer.concat([
    text("MQTT"),
    Buffer.from([4, CLEAN_WITH_NAME_AND_PASSWORD, ...KEEP_ALIVE]),
    text(""),
    text(username),
    text(password),
  ]);
  // One byte of length holds 127; names and passwords of devices may make it two.
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([0x10, ...length]), body]);
}
