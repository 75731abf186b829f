import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "../drill.ts";
import { arm64Starts } from "./arm64.ts";
import { CloudInside } from "./cloud-inside.ts";
import { type Held, InstalledGateway, LEFT } from "./gateway.ts";
import { Machine, ran } from "./machine.ts";
import { makeReleases, type Releases } from "./releases.ts";
import { replaced } from "./replaced.ts";
import { difference, tracesOf } from "./traces.ts";
import { upgraded } from "./upgraded.ts";
import { wrongClock } from "./wrong-clock.ts";

const SUITES = ["bookworm", "trixie"];

/**
 * Installs a gateway by its one command on a clean Debian under a real systemd, kills it, upgrades it, breaks it, repairs it,
 * takes it away, puts another machine in its place, and meets what installers meet. Invariant: it always ends either installed and working, with what it was and what it
 * had stored, or with nothing of it left, and with a sentence that says what to do.
 */
async function run(task: DrillTask): Promise<Findings> {
  const release = await mkdtemp("/var/tmp/homepot-drill-release-");
  const faults: string[] = [];
  const seconds: number[] = [];
  try {
    task.say("making three releases");
    const releases = await makeReleases(release);
    const { folder, packages } = releases.first;
    for (let round = 1; round <= task.rounds; round += 1) {
      const suite = SUITES[(round - 1) % SUITES.length] ?? "bookworm";
      const held: Held = (what, isTrue, said = "") => {
        task.say(`${suite}: ${isTrue ? "" : "NOT "}${what}`);
        if (!isTrue)
          faults.push(`${suite}: not so: ${what}${said === "" ? "" : ` (${said.trim().slice(-300)})`}`);
      };
      await using machine = await Machine.boot(suite);
      await using cloud = await CloudInside.start(machine, folder);
      const gateway = new InstalledGateway(machine);
      seconds.push(await life(gateway, cloud, releases, held));
      await replaced(gateway, cloud, suite, held);
      await refusals(gateway, cloud, held);
      await wrongClock(gateway, cloud, folder, held);
      await fromPackage(gateway, cloud, await packageOf(packages, "homepot-edge"), held);
      await cloud.stop();
      await fromStick(gateway, folder, held);
      await cloudFromPackage(machine, await packageOf(packages, "homepot-cloud"), held);
    }
    const found = await ran([
      "lintian",
      "--no-cfg",
      "--fail-on",
      "error",
      await packageOf(packages, "homepot-edge", "arm64"),
    ]);
    task.say(`lintian finds ${found.code === 0 ? "no" : "an"} error in the package for arm64`);
    if (found.code !== 0) faults.push(`the package for arm64 is not right: ${found.said.trim().slice(-300)}`);
    const starts = await arm64Starts(join(folder, "homepot-edge-linux-arm64"));
    task.say(`arm64 under qemu: ${starts.said.trim()}`);
    if (starts.code !== 0) faults.push(`the program for arm64 does not start: ${starts.said}`);
  } finally {
    await rm(release, { recursive: true, force: true });
  }
  const slowest = Math.max(...seconds).toFixed(1);
  return { figures: { "s from the command to a connected gateway": slowest }, faults };
}

/** From the command to the last file gone. Gives how long the command took. */
async function life(
  gateway: InstalledGateway,
  cloud: CloudInside,
  releases: Releases,
  held: Held,
): Promise<number> {
  const { machine } = gateway;
  const before = await tracesOf(machine);
  const code = await cloud.claim("Cardiff Bay");
  const startedMs = performance.now();
  const installed = await cloud.install(code);
  const took = (performance.now() - startedMs) / 1_000;
  held("it is installed by one command", installed.code === 0, installed.said);
  held(
    "it says that it runs, and where its page is",
    /status page: http:[\s\S]*installed and runs/.test(installed.said),
    installed.said,
  );
  const first = await gateway.status();
  held("it is connected to its cloud", first?.uplink?.state === "connected");
  const page = await machine.run("curl -fsS http://127.0.0.1:8480/");
  held("its page asks for the code", page.said.includes('name="code"'), page.said);
  held("a reading is acknowledged", await gateway.publishes("till-1"));

  // As after an update over the air: the commands are then the account's, but for those that read the journal.
  await machine.run("install -d -o homepot-edge -g homepot-edge /var/lib/homepot-edge/versions");
  const logged = await machine.run("homepot-edge logs --lines 50");
  held("its log is shown", logged.said.includes("taking MQTT connections"), logged.said);
  const bundled = await machine.run("cd /root && homepot-edge support-bundle && rm homepot-support.tar.gz");
  held("and gathered for support", bundled.code === 0, bundled.said);

  const killed = await gateway.comesBackFrom(
    "kill -KILL $(systemctl show --value --property=MainPID homepot-edge)",
  );
  held("killed, it is started again", killed);
  await upgraded(gateway, cloud, releases, held);

  await machine.run(
    "rm /etc/systemd/system/homepot-edge.service /usr/bin/homepot-edge; echo broken >/usr/bin/homepot-edge",
  );
  const repaired = await cloud.install(code);
  held(
    "broken, the same command repairs it, although its code is used up",
    repaired.code === 0,
    repaired.said,
  );
  const second = await gateway.status();
  held(
    "it is the same gateway, with its devices",
    second?.enrolment?.gatewayId === first?.enrolment?.gatewayId && second?.devices.count === 2,
  );

  const kept = await machine.run("homepot-edge uninstall --keep-data");
  held("taken away, it does not run", (await machine.run("systemctl is-active homepot-edge")).code !== 0);
  const more = difference(before, await tracesOf(machine)).filter((line) => !isKept(line));
  held(
    "what is kept is data, settings and account, as it says, and nothing else",
    more.length === 0 && SAYS_KEPT.test(kept.said),
    [...more, kept.said].join("; "),
  );
  await cloud.install();
  await gateway.isConnected();
  const third = await gateway.status();
  held(
    "installed again with its data kept, it is the same",
    third?.enrolment?.gatewayId === first?.enrolment?.gatewayId,
  );
  await gateway.isGone(held, before);

  const used = await cloud.install(code);
  held(
    "a code that is used up is told",
    used.code === 1 && used.said.includes("was used already"),
    used.said,
  );
  held("and the gateway serves its site", (await gateway.status())?.broker.reachable === true);
  await gateway.isGone(held);
  return took;
}

const SAYS_KEPT =
  /kept \/var\/lib\/homepot-edge and \/etc\/homepot\/edge\.toml, and the account homepot-edge/;

/** Whether a difference to the machine before is something that `uninstall --keep-data` says it keeps. */
function isKept(line: string): boolean {
  if (/^\+ (account|group) homepot-edge:/.test(line)) return true;
  if (!line.startsWith("+ ")) return false;
  const path = line.split(" ")[4] ?? "";
  const isData = path === "/var/lib/homepot-edge" || path.startsWith("/var/lib/homepot-edge/");
  return (isData && !path.includes("/versions")) || ["/etc/homepot", "/etc/homepot/edge.toml"].includes(path);
}

/** What installers meet. */
async function refusals(gateway: InstalledGateway, cloud: CloudInside, held: Held): Promise<void> {
  const { machine } = gateway;
  const unknown = await cloud.install("0000-0000");
  held(
    "a wrong code is told",
    unknown.code === 1 && unknown.said.includes("This claim code does not exist"),
    unknown.said,
  );
  await gateway.isGone(held);

  const squatter = Bun.spawn(machine.inNetwork("mosquitto", "-p", "1883"), {
    stdout: "ignore",
    stderr: "ignore",
  });
  await until("the port to be taken", async () => (await machine.run("ss -ltn | grep -q :1883")).code === 0);
  const taken = await cloud.install();
  held(
    "a port that is taken is told",
    taken.code === 1 && /1883, which MQTT needs, is taken/.test(taken.said),
    taken.said,
  );
  squatter.kill();
  await squatter.exited;
  held("and the same command mends it, once it is free", (await cloud.install()).code === 0);
  await gateway.isGone(held);

  await machine.run("mount -t tmpfs -o size=50m none /var/cache");
  const full = await cloud.install();
  held("a disk that is full is told", full.code === 1 && full.said.includes("Free some space"), full.said);
  await machine.run("umount /var/cache");
  held("and nothing was installed", (await machine.run("test -e /usr/bin/homepot-edge")).code !== 0);
}

async function fromStick(gateway: InstalledGateway, folder: string, held: Held): Promise<void> {
  const { machine } = gateway;
  await cp(folder, join(machine.root, "media/stick"), { recursive: true });
  const installed = await machine.run("sh /media/stick/install.sh --from /media/stick");
  held("without a network it is installed from a stick", installed.code === 0, installed.said);
  held("and serves its site", await gateway.publishes("till-2"));
  await gateway.isGone(held);
}

/** The package's path; its name has the version in it. */
async function packageOf(folder: string, name: string, architecture = "amd64"): Promise<string> {
  const found = await Array.fromAsync(new Bun.Glob(`${name}_*_${architecture}.deb`).scan(folder));
  if (found[0] === undefined) throw new Error(`there is no package of ${name} in ${folder}`);
  return join(folder, found[0]);
}

async function fromPackage(
  gateway: InstalledGateway,
  cloud: CloudInside,
  path: string,
  held: Held,
): Promise<void> {
  const { machine } = gateway;
  await cp(path, join(machine.root, "root/edge.deb"));
  const installed = await machine.run("dpkg --install /root/edge.deb");
  held("it is installed as a package", installed.code === 0, installed.said);
  held("and serves its site", await gateway.publishes("till-3"));
  const code = await cloud.claim("Penarth");
  const enrolled = await cloud.install(code);
  const first = await gateway.status();
  held(
    "the command of the dashboard enrols it",
    enrolled.code === 0 && first?.uplink?.state === "connected",
    enrolled.said,
  );
  const refused = await machine.run("homepot-edge uninstall --delete-data");
  held(
    "it is not taken away beside dpkg",
    refused.code === 1 && refused.said.includes("apt-get purge"),
    refused.said,
  );
  await machine.run("dpkg --remove homepot-edge");
  held("removed, it does not run", (await machine.run("systemctl is-active homepot-edge")).code !== 0);
  await machine.run("dpkg --install /root/edge.deb");
  await gateway.isConnected();
  const second = await gateway.status();
  held("installed again, it is the same", second?.enrolment?.gatewayId === first?.enrolment?.gatewayId);
  const purged = await machine.run("dpkg --purge homepot-edge; rm /root/edge.deb");
  const left = await machine.run(LEFT);
  held("purged, nothing of it is left", left.said.trim() === "", `${purged.said}${left.said}`);
}

async function cloudFromPackage(machine: Machine, path: string, held: Held): Promise<void> {
  await cp(path, join(machine.root, "root/cloud.deb"));
  const installed = await machine.run("dpkg --install /root/cloud.deb");
  const ready = await machine.run("curl -fsS --retry 10 --retry-connrefused http://127.0.0.1:8080/readyz");
  held(
    "the cloud is installed as a package, and ready",
    installed.code === 0 && ready.code === 0,
    installed.said,
  );
  await machine.run("dpkg --purge homepot-cloud; rm /root/cloud.deb");
  const left = await machine.run(LEFT.replace("passwd homepot-edge", "passwd homepot-cloud"));
  held("purged, nothing of the cloud is left", left.said.trim() === "", left.said);
}

export const install: Drill = {
  name: "install",
  about:
    "a gateway is installed by one command on clean Debians under a real systemd, killed, upgraded, repaired, replaced, taken away",
  rounds: SUITES.length,
  shortRounds: 0,
  tools: [
    "mmdebstrap",
    "systemd-nspawn",
    "mosquitto",
    "mosquitto_pub",
    "qemu-aarch64-static",
    "lintian",
    "ip",
    "curl",
    "openssl",
    "faketime",
  ],
  run,
};
