import { readFileSync } from "node:fs";

/** A file of a package: its path without the leading slash, and what is in it. */
export interface PackagedFile {
  path: string;
  /** A file of this machine; or the content itself. */
  from?: string;
  text?: string | Uint8Array;
  mode?: number;
}

/** What a package has in it, and says of itself. */
export interface Contents {
  name: string;
  summary: string;
  about: readonly string[];
  depends: readonly string[];
  files: readonly PackagedFile[];
  /** Of them those that an administrator changes; an update asks before it replaces one. */
  settings: readonly string[];
  scripts: Readonly<Record<"postinst" | "prerm" | "postrm", string>>;
}

/** deb-systemd-helper keeps what an administrator decided; systemd makes account and directories itself. */
const DEPENDS = ["libc6 (>= 2.31)", "systemd", "init-system-helpers (>= 1.52)"];

/** The launcher starts the newest version that works, of which the one in the package is the last resort. */
export function edgeContents(program: string, release: { sequence: number; keyPem: string }): Contents {
  const home = "usr/lib/homepot-edge";
  return service({
    programFiles: [
      { path: "usr/bin/homepot-edge", from: "systemd/launcher.sh", mode: 0o755 },
      { path: `${home}/homepot-edge`, from: program, mode: 0o755 },
      { path: `${home}/sequence`, text: `${release.sequence}\n` },
      { path: `${home}/release-key.pem`, text: release.keyPem },
    ],
    name: "homepot-edge",
    summary: "HOMEPOT gateway: the devices of one site",
    about: [
      "MQTT broker, durable store and line to the cloud in one program, for the",
      "gateway of a physical site with payment terminals, kiosks, meters, sensors",
      "or controllers. What it has acknowledged to a device is on its disk, and",
      "reaches the cloud once and in order, after whatever outage.",
      ".",
      "Enrol it with a code of the dashboard: homepot-edge enroll --help",
    ],
    settings: "edge.toml",
  });
}

export function cloudContents(program: string): Contents {
  return service({
    name: "homepot-cloud",
    summary: "HOMEPOT control plane: dashboard, API and lines of the gateways",
    about: [
      "Gathers the gateways of many physical sites: what their devices measure,",
      "how they are, jobs, configuration and notifications, with a dashboard and",
      "an HTTP API. SQLite inside; no other server is needed.",
      ".",
      "The first start logs a link that makes the first account.",
    ],
    programFiles: [{ path: "usr/bin/homepot-cloud", from: program, mode: 0o755 }],
    settings: "cloud.toml",
  });
}

interface Service extends Pick<Contents, "name" | "summary" | "about"> {
  programFiles: readonly PackagedFile[];
  /** In `systemd/` of the source, and in /etc/homepot of the machine. */
  settings: string;
}

function service({ name, summary, about, programFiles, settings }: Service): Contents {
  return {
    ...{ name, summary, about, depends: DEPENDS },
    files: [
      ...programFiles,
      { path: `usr/lib/systemd/system/${name}.service`, from: `systemd/${name}.service` },
      { path: `usr/lib/sysusers.d/${name}.conf`, from: `systemd/${name}.sysusers` },
      { path: `usr/lib/tmpfiles.d/${name}.conf`, from: `systemd/${name}.tmpfiles` },
      { path: `etc/homepot/${settings}`, from: `systemd/${settings}` },
      { path: `usr/share/lintian/overrides/${name}`, text: overrides(name) },
    ],
    settings: [`/etc/homepot/${settings}`],
    scripts: {
      postinst: script("postinst", name),
      prerm: script("prerm", name),
      postrm: script("postrm", name),
    },
  };
}

function script(which: string, name: string): string {
  return readFileSync(`scripts/releases/debian/${which}.sh`, "utf8").replaceAll("@NAME@", name);
}

/** Where the program breaks a rule of Debian's, with why it has to. */
function overrides(name: string): string {
  return `# The runtime carries the program behind its own end: stripped, it would be the runtime alone.
${name}: unstripped-binary-or-object *
# The runtime is one file with all that it needs, as its makers build it.
${name}: embedded-library *
# So is how it was linked.
${name}: hardening-no-pie *
`;
}
