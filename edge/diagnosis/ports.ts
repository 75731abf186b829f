import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { ListenAddress } from "../../protocol/settings/setting.ts";
import { type Finding, fine, problem } from "./finding.ts";

export interface WantedPort {
  /** What for, for people: `MQTT`, `MQTT over TLS`, `status page`. */
  use: string;
  /** The setting that moves it. */
  setting: string;
  listen: ListenAddress;
}

/** Whether a gateway that does not run could have the ports it is to listen at; who has them otherwise. */
export async function examineFreePorts(wanted: readonly WantedPort[]): Promise<Finding[]> {
  const findings = await Promise.all(wanted.map(examineFree));
  const taken = findings.filter((finding) => finding !== null);
  if (taken.length > 0) return taken;
  return [fine("ports", `free: ${wanted.map(({ use, listen }) => `${listen.port} (${use})`).join(", ")}`)];
}

async function examineFree({ use, setting, listen }: WantedPort): Promise<Finding | null> {
  if (listen.port === 0) return null;
  const code = await tryToListen(listen);
  const place = `${listen.host}:${listen.port}`;
  switch (code) {
    case null:
      return null;
    case "EADDRINUSE": {
      const holder = holderOf(listen.port);
      const by = holder === null ? "another program" : `${holder.name} (process ${holder.pid})`;
      const stop =
        holder === null ? `See who: \`sudo ss -ltnp 'sport = :${listen.port}'\`.` : `Stop ${holder.name}.`;
      return problem(
        "ports",
        `${place}, which ${use} needs, is taken by ${by}`,
        `${stop} Or set ${setting} to another port.`,
      );
    }
    case "EACCES":
    case "EPERM":
      return problem(
        "ports",
        `${place}, which ${use} needs, is below 1024 and not granted`,
        `Set ${setting} to a port from 1024 on.`,
      );
    case "EADDRNOTAVAIL":
      return problem(
        "ports",
        `this machine does not have the address ${listen.host}, where ${use} is to listen`,
        `Set ${setting} to an address of this machine (\`ip address\`), or to 0.0.0.0 for all of them.`,
      );
    default:
      return problem(
        "ports",
        `${place}, which ${use} needs: ${code}`,
        `Set ${setting} to another address or port.`,
      );
  }
}

/** The name of what stands in the way; null when nothing does. */
function tryToListen({ host, port }: ListenAddress): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** In /proc/net/tcp: a socket that listens. */
const LISTENING = "0A";

/** Who listens at a port of this machine; null when that cannot be seen (only root sees other people's processes). */
function holderOf(port: number): { pid: number; name: string } | null {
  const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => inodesAt(path, port)));
  if (inodes.size === 0) return null;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const has = readdirSync(`/proc/${pid}/fd`).some((fd) =>
        inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ""),
      );
      if (has) return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, "utf8").trim() };
    } catch {
      // It has ended meanwhile, or is not ours to look at: the next one.
    }
  }
  return null;
}

function inodesAt(path: string, port: number): string[] {
  let table: string;
  try {
    table = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(`:${wanted}`))
    .map((fields) => fields[9] ?? "");
}
