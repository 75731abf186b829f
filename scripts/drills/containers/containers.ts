import { join } from "node:path";
import { EMAIL, PASSWORD, until } from "../../e2e/stack.ts";
import type { Drill, Findings } from "../drill.ts";
import { must, ran } from "../install/machine.ts";
import { Composed, HOST, PROXY } from "./composed.ts";
import { Engine } from "./engine.ts";
import { Nginx } from "./nginx.ts";
import { inOwnNetwork } from "./own-network.ts";
import { Visitor } from "./visitor.ts";

type Held = (what: string, isTrue: boolean, said?: string) => void;

/** Who is nobody, of the addresses kept for examples. */
const CLAIMED = "203.0.113.9";
const CONNECTED = /"state":"connected"/;

/** Runs {@link onEngine} in a network of its own, so that the one of this machine stays as it is. */
async function run(): Promise<Findings> {
  const inside = Bun.spawn(inOwnNetwork(process.execPath, join(import.meta.dir, "inside.ts")), {
    ...{ stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  });
  const found = await new Response(inside.stdout).text();
  const code = await inside.exited;
  if (code !== 0) throw new Error(`the drill ended with ${code}, and found nothing out`);
  return JSON.parse(found) as Findings;
}

/**
 * Builds the images, and runs them on a real engine as the compose file has it: cloud, proxy with TLS, gateway. Invariant:
 * each is healthy exactly as long as it works, may no more than it must, ends cleanly when it is told to, and a new
 * container goes on from the volume of the one before.
 */
export async function onEngine(say: (line: string) => void): Promise<Findings> {
  const faults: string[] = [];
  const held: Held = (what, isTrue, said = "") => {
    say(`${isTrue ? "" : "NOT "}${what}`);
    if (!isTrue) faults.push(`not so: ${what}${said === "" ? "" : ` (${said.trim().slice(-300)})`}`);
  };
  await using engine = await Engine.start();
  say("building the images");
  const composed = await Composed.prepare(engine);
  const visitor = await cloudBehindItsProxy(composed, held);
  const device = await gatewayOfASite(composed, visitor, held);
  const heardMs = await visitor.hears(device, (temperature) => publish(composed, temperature));
  held("a value reaches an open page through the proxy at once", heardMs < 1_000, `${heardMs} ms`);
  for (const name of ["cloud", "edge"]) await bounds(composed, name, held);
  await ailing(composed, held);
  const seconds = await anew(composed, visitor, held);
  await behindNginx(composed, device, held);
  return {
    figures: { "s for the cloud to stop": seconds.toFixed(1), "ms to an open page": heardMs.toFixed(0) },
    faults,
  };
}

async function cloudBehindItsProxy(composed: Composed, held: Held): Promise<Visitor> {
  await composed.up("cloud");
  await composed.untilHealthy("cloud");
  const owner = ["admin", "create", "--email", EMAIL, "--password-stdin"];
  const made = await composed.exec("cloud", owner, `${PASSWORD}\n`);
  held("commands are given to the running service", made.code === 0, made.said);
  await composed.up("proxy", ["--publish", "443"]);
  const root = await authorityOf(composed);
  await until("the proxy's authority", () => Bun.file(root).exists());
  const visitor = new Visitor(`https://${PROXY}`, await Bun.file(root).text());
  await until("the proxy to answer", () => visitor.logIn(CLAIMED).then(() => true));
  const seen = await visitor.seenFrom();
  held("the cloud sees who asked, and not who it was said to be", seen === HOST, String(seen));
  const published = await composed.engine.podman("port", "proxy", "443");
  const [, port = ""] = /:(\d+)$/m.exec(published) ?? [];
  const answer = await ran(["curl", "-sk", "-H", `Host: ${PROXY}`, `https://127.0.0.1:${port}/readyz`]);
  held("it is reached by the port that is published", answer.said === "ready\n", answer.said);
  return visitor;
}

/** Gives the id of its device. */
async function gatewayOfASite(composed: Composed, visitor: Visitor, held: Held): Promise<string> {
  const claimed = await composed.exec("cloud", ["gateway", "claim", "--site", "Cardiff Bay", "--json"]);
  const { claim } = JSON.parse(claimed.said) as { claim: string };
  await composed.up("edge", await reachable(composed), { HOMEPOT_CLAIM: claim });
  await composed.untilHealthy("edge");
  await untilConnected(composed);
  held("a gateway enrols by its settings, and is connected through the proxy", true);
  const added = await composed.exec("edge", ["device", "add", "fridge-1", "--json"]);
  passwords.set(composed, (JSON.parse(added.said) as { password: string }).password);
  await publish(composed, 4);
  const devices = () =>
    visitor.json<{ items: { id: string; key: string }[] }>("/devices").then(({ items }) => items[0]?.id);
  return await until("the device in the cloud", devices);
}

/** For devices on this machine, and with the proxy's authority, which is none that the world knows. */
async function reachable(composed: Composed): Promise<string[]> {
  const authority = join(composed.engine.folder, "authority.pem");
  await Bun.write(authority, await Bun.file(await authorityOf(composed)).text());
  const trusting = [
    "--volume",
    `${authority}:/authority.pem:ro`,
    "--env",
    "NODE_EXTRA_CA_CERTS=/authority.pem",
  ];
  return [...trusting, "--publish", "1883"];
}

/** The file that Caddy keeps its own authority in, which nobody else may read. */
async function authorityOf(composed: Composed): Promise<string> {
  return `${await composed.volume("proxy-data")}/caddy/pki/authorities/local/root.crt`;
}

async function untilConnected(composed: Composed): Promise<void> {
  const isSo = async () => CONNECTED.test((await composed.exec("edge", ["status", "--json"])).said);
  await until("the gateway's line", isSo).catch(async (cause) => {
    throw new Error(`${await composed.engine.podman("logs", "edge")}`, { cause });
  });
}

const passwords = new WeakMap<Composed, string>();

/** A reading that is acknowledged, by the port that is published. */
async function publish(composed: Composed, temperature: number): Promise<void> {
  const [, port = ""] = /:(\d+)$/m.exec(await composed.engine.podman("port", "edge", "1883")) ?? [];
  const who = ["-h", "127.0.0.1", "-p", port, "-u", "fridge-1", "-P", passwords.get(composed) ?? ""];
  const what = ["-q", "1", "-t", "homepot/fridge-1/telemetry", "-m", JSON.stringify({ temperature })];
  await must(["timeout", "20", "mosquitto_pub", ...who, ...what]);
}

/** What the kernel says of it, whatever it was told. */
async function bounds(composed: Composed, name: string, held: Held): Promise<void> {
  const pid = await composed.pid(name);
  const status = await Bun.file(`/proc/${pid}/status`).text();
  const is = (key: string, value: string) => new RegExp(`^${key}:\\s*${value}$`, "m").test(status);
  held(`${name} runs as nobody in particular`, is("Uid", "65532\\s+65532\\s+65532\\s+65532"), status);
  held(`${name} has no capability and gets none`, is("CapBnd", "0+") && is("NoNewPrivs", "1"), status);
  held(`${name} may only do what the engine's filter lets through`, is("Seccomp", "2"), status);
  const mounts = await Bun.file(`/proc/${pid}/mounts`).text();
  held(`${name} has a read-only root`, /^\S+ \/ \S+ ro\b/m.test(mounts), mounts);
  const elsewhere = await composed.exec(
    name,
    name === "cloud"
      ? ["gateway", "claim", "--site", "X", "--data", "/elsewhere"]
      : ["device", "list", "--data", "/elsewhere"],
  );
  held(`${name} writes nowhere but into its volume`, elsewhere.code === 1, elsewhere.said);
}

async function ailing(composed: Composed, held: Held): Promise<void> {
  for (const name of ["cloud", "edge"]) {
    const pid = await composed.pid(name);
    held(`${name} is healthy`, await composed.healthy(name));
    process.kill(pid, "SIGSTOP");
    try {
      held(`${name} is not while it hangs`, !(await composed.healthy(name)));
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await composed.untilHealthy(name);
    held(`${name} is again`, true);
  }
}

/** Every container is taken away, and another begins with what it kept. Gives how long the cloud took to end, s. */
async function anew(composed: Composed, visitor: Visitor, held: Held): Promise<number> {
  const before = await composed.exec("edge", ["status", "--json"]);
  const edge = await composed.down("edge");
  held("the gateway ends cleanly on SIGTERM", edge.code === 0 && edge.seconds < 10, JSON.stringify(edge));
  const cloud = await composed.down("cloud");
  held("the cloud ends cleanly on SIGTERM", cloud.code === 0 && cloud.seconds < 10, JSON.stringify(cloud));
  // As the manual makes a backup and restores it: what runs from here on is the copy.
  await composed.restore("cloud-data");
  await composed.up("cloud", [], { HOMEPOT_PROXY_ADDRESS: `${PROXY},${HOST}` });
  await composed.untilHealthy("cloud");
  const me = await visitor.json<{ user: { email: string } }>("/auth/me");
  held(
    "a new container of the cloud knows who was logged in, from a copy of the volume",
    me.user.email === EMAIL,
  );
  // The code is used up; who is enrolled does not look at it.
  await composed.up("edge", await reachable(composed), { HOMEPOT_CLAIM: "USED-CODE" });
  await composed.untilHealthy("edge");
  const idOf = (said: string) =>
    (JSON.parse(said) as { enrolment: { gatewayId: string } | null }).enrolment?.gatewayId;
  await untilConnected(composed);
  const after = await composed.exec("edge", ["status", "--json"]);
  held(
    "a new container of the gateway is the same gateway",
    idOf(after.said) === idOf(before.said),
    after.said,
  );
  return cloud.seconds;
}

/** The manual's example for nginx, by Debian's nginx. */
async function behindNginx(composed: Composed, device: string, held: Held): Promise<void> {
  const upstream = await composed.engine.podman(
    "inspect",
    "cloud",
    "--format",
    "{{.NetworkSettings.Networks.front.IPAddress}}",
  );
  await using nginx = await Nginx.start(`${upstream}:8080`);
  const visitor = new Visitor(nginx.origin, nginx.authority, `https://${PROXY}`);
  await until("nginx to answer", () => visitor.logIn(CLAIMED).then(() => true));
  const seen = await visitor.seenFrom();
  held("behind nginx the cloud sees who asked, too", seen === "127.0.0.1", String(seen));
  const heardMs = await visitor.hears(device, (temperature) => publish(composed, temperature));
  held("and a value reaches an open page at once", heardMs < 1_000, `${heardMs} ms`);
}

export const containers: Drill = {
  name: "containers",
  about:
    "the images on a real engine as the compose file has it, with a proxy and TLS: health, bounds, stop, new containers",
  rounds: 1,
  shortRounds: 0,
  tools: [
    "podman",
    "runc",
    "netavark",
    "aardvark-dns",
    "caddy",
    "nginx",
    "curl",
    "openssl",
    "mosquitto_pub",
    "ip",
  ],
  run,
};
