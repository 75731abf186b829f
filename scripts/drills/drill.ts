/**
 * A drill breaks something on purpose, many times, and says what held. What was acknowledged to a device is the
 * judge: a ledger outside the programs keeps it, and it is compared with what the cloud holds at the end.
 */
export interface Drill {
  name: string;
  /** What it does, for a list. */
  about: string;
  /** How often the fault comes: in full, and in the short form that is part of the tests; 0 for none. */
  rounds: number;
  shortRounds: number;
  /** Programs it cannot do without. A drill whose tool is missing fails. */
  tools?: readonly (keyof typeof TOOLS)[];
  run(task: DrillTask): Promise<Findings>;
}

export interface DrillTask {
  rounds: number;
  /** The same seed breaks at the same moments, as far as the machine's own timing allows. */
  seed: number;
  /** Progress, for who watches. */
  say(line: string): void;
}

export interface Findings {
  figures: Record<string, number | string>;
  /** What did not hold, in sentences. None: the drill held. */
  faults: string[];
}

/** Debian's packages of what drills need beside Bun. */
export const TOOLS = {
  xfs_io: "xfsprogs",
  strace: "strace",
  faketime: "faketime",
  mosquitto: "mosquitto",
  mosquitto_pub: "mosquitto-clients",
  mmdebstrap: "mmdebstrap",
  "systemd-nspawn": "systemd-container",
  "qemu-aarch64-static": "qemu-user-static",
  lintian: "lintian",
  podman: "podman",
  runc: "runc",
  netavark: "netavark",
  "aardvark-dns": "aardvark-dns",
  caddy: "caddy",
  nginx: "nginx-light",
  curl: "curl",
  ip: "iproute2",
  openssl: "openssl",
} as const;

export interface Outcome extends Findings {
  name: string;
  rounds: number;
  seed: number;
  seconds: number;
}

/** Runs a drill. One that throws has found a fault too. */
export async function runDrill(drill: Drill, task: DrillTask): Promise<Outcome> {
  const startedMs = performance.now();
  const { rounds, seed } = task;
  let findings: Findings;
  try {
    const missing = (drill.tools ?? []).filter((tool) => Bun.which(tool) === null);
    if (missing.length > 0) {
      const packages = missing.map((tool) => TOOLS[tool]).join(" ");
      throw new Error(`${missing.join(", ")} is not installed; on Debian: apt-get install ${packages}`);
    }
    findings = await drill.run(task);
  } catch (error) {
    findings = { figures: {}, faults: [error instanceof Error ? error.message : String(error)] };
  }
  return { name: drill.name, rounds, seed, seconds: (performance.now() - startedMs) / 1_000, ...findings };
}
