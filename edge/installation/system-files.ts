import backoff from "../../systemd/backoff.conf" with { type: "text" };
import unit from "../../systemd/homepot-edge.service" with { type: "text" };
import users from "../../systemd/homepot-edge.sysusers" with { type: "text" };
import directories from "../../systemd/homepot-edge.tmpfiles" with { type: "text" };
import launcher from "../../systemd/launcher.sh" with { type: "text" };
import { SEQUENCE } from "../config/version.ts";

export const SERVICE = "homepot-edge.service";
export const ACCOUNT = "homepot-edge";
/** What people and systemd call: it starts the newest version that works (`systemd/launcher.sh`). */
export const LAUNCHER = "/usr/bin/homepot-edge";
/** The program as it was installed, root's own. Updates lie in the data directory. */
export const PROGRAM = "/usr/lib/homepot-edge/homepot-edge";
/** The sequence of its release, by which the launcher knows whether an update is newer. */
const SEQUENCE_FILE = "/usr/lib/homepot-edge/sequence";
export const DATA = "/var/lib/homepot-edge";
export const SETTINGS_FOLDER = "/etc/homepot";
export const SETTINGS = `${SETTINGS_FOLDER}/edge.toml`;
export const USERS_FILE = "/usr/lib/sysusers.d/homepot-edge.conf";
export const DIRECTORIES_FILE = "/usr/lib/tmpfiles.d/homepot-edge.conf";
/** The key that releases must be signed with: root's, and not the account's that the program runs as. */
export const RELEASE_KEY = "/usr/lib/homepot-edge/release-key.pem";
const UNIT_FILE = "/etc/systemd/system/homepot-edge.service";
const BACKOFF_FILE = "/etc/systemd/system/homepot-edge.service.d/backoff.conf";

/** The first systemd that can wait longer each time it starts a service again. */
const BACKOFF_SINCE = 254;

/** Files that belong to the installation and come with the program. They are written anew whenever they differ. */
export function ownFiles(systemdVersion: number): { path: string; text: string; mode?: number }[] {
  return [
    { path: SEQUENCE_FILE, text: `${SEQUENCE}\n` },
    { path: LAUNCHER, text: launcher, mode: 0o755 },
    { path: UNIT_FILE, text: unit },
    ...(systemdVersion >= BACKOFF_SINCE ? [{ path: BACKOFF_FILE, text: backoff }] : []),
    { path: USERS_FILE, text: users },
    { path: DIRECTORIES_FILE, text: directories },
  ];
}

/** All that an installation may have put there, data and settings apart. */
export const REMOVED = [
  UNIT_FILE,
  BACKOFF_FILE,
  "/etc/systemd/system/homepot-edge.service.d",
  USERS_FILE,
  DIRECTORIES_FILE,
  LAUNCHER,
  "/usr/lib/homepot-edge",
  `${DATA}/versions`,
] as const;

/** Where there are no settings yet. */
export function firstSettings(proxy: string | null): string {
  if (proxy === null) return FIRST_SETTINGS;
  return `${FIRST_SETTINGS}
[cloud]
proxy = ${JSON.stringify(proxy)}
`;
}

const FIRST_SETTINGS = `# Settings of the HOMEPOT gateway. Each has a default; docs/configuration.md lists them all.
# After a change: systemctl restart homepot-edge

[mqtt]
# Devices of the site's network reach the broker here. Only this machine does, unless it is told otherwise.
# listen = "0.0.0.0:1883"

[status]
# The status page, for a phone in the site's network. It asks for the code that \`homepot-edge status\` prints.
listen = "0.0.0.0:8480"
`;
