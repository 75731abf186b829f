import backoff from "../../systemd/backoff.conf" with { type: "text" };
import settings from "../../systemd/edge.toml" with { type: "text" };
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
/** Of dpkg, where the gateway came as a package of Debian's: its files are the package's then. */
export const PACKAGE_FILE = "/var/lib/dpkg/info/homepot-edge.list";
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
  // What install.sh has brought and keeps until it has come to its end.
  "/var/cache/homepot-edge",
] as const;

/** Where there are no settings yet. */
export function firstSettings(proxy: string | null): string {
  if (proxy === null) return settings;
  return `${settings}
[cloud]
proxy = ${JSON.stringify(proxy)}
`;
}
