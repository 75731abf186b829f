import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "../drill.ts";
import { arm64Starts } from "./arm64.ts";
import { CloudInside } from "./cloud-inside.ts";
import { Machine, must, ran } from "./machine.ts";

const SUITES = ["bookworm", "trixie"];
/** As far as an installation may be seen once it was taken away: nothing of it. */
const LEFT =
  "find / -xdev -iname '*homepot*' -not -path '/proc/*' -not -path '/media/*'; getent passwd homepot-edge";

/**
 * Installs a gateway by its one command on a clean Debian under a real systemd, kills it, breaks it, repairs it, takes it
 * away, and meets what installers meet. Invariant: it always ends either installed and working, with what it was and what it
 * had stored, or with nothing of it left, and with a sentence that says what to do.
 */
async function run(task: DrillTask): Promise<Findings> {
  const release = await mkdtemp("/var/tmp/homepot-drill-release-");
  const faults: string[] = [];
  const seconds: number[] = [];
  try {
    const key = join(release, "key.pem");
    const folder = join(release, "made");
    task.say("making a release");
    const packages = join(release, "packages");
    const places = ["--key", key, "--folder", folder, "--packages", packages];
    await must([process.execPath, "scripts/releases/main.ts", ...places]);
    for (let round = 1; round <= task.rounds; round += 1) {
      const suite = SUITES[(round - 1) % SUITES.length] ?? "bookworm";
      const held = (what: string, isTrue: boolean, said = ""): void => {
        task.say(`${suite}: ${isTrue ? "" : "NOT "}${what}`);
        if (!isTrue)
          faults.push(`${suite}: not so: ${what}${said === "" ? "" : ` (${said.trim().slice(-300)})`}`);
      };
      await using machine = await Machine.boot(suite);
      await using cloud = await CloudInside.start(machine, folder);
      const gateway = new InstalledGateway(machine);
      seconds.push(await life(gateway, cloud, held));
      await refusals(gateway, cloud, held);
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

type Held = (what: string, isTrue: boolean, said?: string) => void;

/** From the command to the last file gone. Gives how long the command took. */
async function life(gateway: InstalledGateway, cloud: CloudInside, held: Held): Promise<number> {
  const { machine } = gateway;
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
    "it is the same gateway, with its device",
    second?.enrolment?.gatewayId === first?.enrolment?.gatewayId && second?.devices.count === 1,
  );

  await machine.run("homepot-edge uninstall --keep-data");
  held("taken away, it does not run", (await machine.run("systemctl is-active homepot-edge")).code !== 0);
  await cloud.install();
  await gateway.isConnected();
  const third = await gateway.status();
  held(
    "installed again with its data kept, it is the same",
    third?.enrolment?.gatewayId === first?.enrolment?.gatewayId,
  );
  await gateway.isGone(held);

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

interface Status {
  enrolment: { gatewayId: string } | null;
  uplink: { state: string } | null;
  broker: { reachable: boolean };
  devices: { count: number };
}

/** The gateway on a machine, asked by its own commands. */
class InstalledGateway {
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  async status(): Promise<Status | null> {
    const { code, said } = await this.machine.run("homepot-edge status --json");
    return code === 0 ? (JSON.parse(said) as Status) : null;
  }

  /** A new device logs in and has a reading acknowledged. */
  async publishes(device: string): Promise<boolean> {
    const added = await this.machine.run(`homepot-edge device add ${device} --json`);
    const { password } = JSON.parse(added.said) as { password: string };
    const topic = `homepot/${device}/telemetry`;
    const options = ["-q", "1", "-u", device, "-P", password, "-t", topic, "-m", '{"temperature":4}'];
    const publish = this.machine.inNetwork("timeout", "20", "mosquitto_pub", "-h", "127.0.0.1", ...options);
    return Bun.spawnSync(publish, { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  }

  /** Whether another process of it runs and is connected, after this was done to it. */
  async comesBackFrom(deed: string): Promise<boolean> {
    const pid = async () =>
      (await this.machine.run("systemctl show --value --property=MainPID homepot-edge")).said.trim();
    const before = await pid();
    await this.machine.run(deed);
    await until("another process", async () => !["0", before].includes(await pid()));
    await this.isConnected();
    return true;
  }

  /** Waits for its line: a machine that is busy has it a moment after the service runs. */
  async isConnected(): Promise<void> {
    await until("the line", async () => (await this.status())?.uplink?.state === "connected");
  }

  async isGone(held: Held): Promise<void> {
    const { code, said } = await this.machine.run("homepot-edge uninstall --delete-data");
    held("it is taken away", code === 0, said);
    const left = await this.machine.run(LEFT);
    held("nothing of it is left", left.said.trim() === "", left.said);
  }
}

export const install: Drill = {
  name: "install",
  about:
    "a gateway is installed by one command on clean Debians under a real systemd, killed, repaired, taken away",
  rounds: SUITES.length,
  shortRounds: 0,
  tools: ["mmdebstrap", "systemd-nspawn", "mosquitto", "mosquitto_pub", "qemu-aarch64-static", "lintian"],
  run,
};
