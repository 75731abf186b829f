import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Random } from "../../../protocol/random.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { prepare } from "../../bench-update/prepare.ts";
import { type MadeRelease, ReleaseMaker } from "../../bench-update/releases.ts";
import { LedgerDevice } from "../../e2e/ledger.ts";
import { Cloud, freePort, type GatewayStatus, until } from "../../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "../drill.ts";
import { findingsOf, settle } from "../verdict.ts";
import { PowerMachine } from "./power-machine.ts";

const SUITE = "bookworm";
const SEQUENCE = 1_000;
/** One of so many releases dies as soon as it is started. */
const BROKEN_EVERY = 5;
/** Of an update, in its order; the power is cut some time after it has come as far. */
const PHASES = ["asked", "downloading", "staged", "trial", "trial", "committed"] as const;
const CUT_WITHIN_MS = 1_200;
/** How many processes are a gateway. */
const RUNNING =
  "for one in /proc/[0-9]*; do tr '\\0' ' ' <$one/cmdline; echo; done | grep -c 'homepot-edge [r]un'";
/** A gateway that crashes is started again by systemd, more slowly each time. */
const ENDS_WITHIN_MS = 180_000;
const ROUND_MS = 180_000;

/**
 * A gateway installed on a Debian under a real systemd is updated again and again while a device sends readings, and the power of
 * the whole machine is cut once in each update, at some step of it. Invariant: afterwards exactly one version runs, which is
 * the one that the job's outcome says; a release that does not work never stays; and no reading is lost that was acknowledged.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const directory = await mkdtemp("/var/tmp/homepot-drill-update-");
  const faults: string[] = [];
  const counts = { updated: 0, "taken back": 0 };
  try {
    const maker = new ReleaseMaker(directory);
    let running = await maker.make("r0", SEQUENCE, null);
    await using cloud = await Cloud.start(["--releases-directory", maker.folder]);
    await using machine = await PowerMachine.make(SUITE);
    await machine.boot();
    const gateway = await InstalledGateway.install(machine, cloud, running);
    await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
    device.start(1);
    for (let round = 1; round <= task.rounds; round += 1) {
      const isBroken = round % BROKEN_EVERY === 0;
      const wanted = await maker.make(`r${round}`, SEQUENCE + round, isBroken ? CRASH : lineOf(round));
      await prepare(cloud, running, wanted);
      const { state, cutAt } = await updateWithCut(gateway, wanted, random);
      const runs = state === "verified" ? wanted : running;
      const wrong = [
        ...(state === (isBroken ? "failed" : "verified") ? [] : [`the job ended ${state}`]),
        ...(await gateway.isNot(runs)),
      ];
      for (const what of wrong) faults.push(`round ${round}, cut at ${cutAt}: ${what}`);
      counts[state === "verified" ? "updated" : "taken back"] += 1;
      running = runs;
      const { size } = device.acknowledged;
      task.say(
        `round ${round}/${task.rounds}: cut at ${cutAt}, ${state}, ${running.version}, ${size} acknowledged`,
      );
    }
    await device.stop();
    const settled = findingsOf(await settle(cloud, gateway, device));
    return { figures: { ...counts, ...settled.figures }, faults: [...faults, ...settled.faults] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const lineOf = (round: number) => ({
  file: /edge\/cli\/run\.ts$/,
  from: '"taking MQTT connections"',
  to: `"taking MQTT connections, as of round ${round}"`,
});
const CRASH = {
  file: /edge\/cli\/run\.ts$/,
  from: "const launched = takeLaunched();",
  to: 'const launched = takeLaunched(); throw new Error("this release does not work");',
};

/** Asks for the release, cuts the power some time after the update has come to some phase, and waits for its end. */
async function updateWithCut(
  gateway: InstalledGateway,
  wanted: MadeRelease,
  random: Random,
): Promise<{ state: string; cutAt: string }> {
  const phase = PHASES[Math.floor(random.next() * PHASES.length)]!;
  const job = await gateway.askFor(wanted);
  const cutAfterMs = Math.round(random.next() * CUT_WITHIN_MS);
  await until(`the update to be ${phase}`, () => gateway.hasComeTo(phase, wanted), ROUND_MS);
  await Bun.sleep(cutAfterMs);
  await gateway.machine.cut();
  await gateway.machine.boot();
  const state = await until("the update to end", () => gateway.endOf(job), ENDS_WITHIN_MS);
  return { state, cutAt: `${phase} + ${cutAfterMs} ms` };
}

/** The gateway on the machine, asked by its own commands and by the cloud. */
class InstalledGateway {
  readonly machine: PowerMachine;
  readonly port: number;
  readonly #cloud: Cloud;

  private constructor(machine: PowerMachine, cloud: Cloud, port: number) {
    this.machine = machine;
    this.port = port;
    this.#cloud = cloud;
  }

  static async install(machine: PowerMachine, cloud: Cloud, release: MadeRelease): Promise<InstalledGateway> {
    const gateway = new InstalledGateway(machine, cloud, await freePort());
    const at = (path: string) => join(machine.root, path);
    mkdirSync(at("etc/homepot"), { recursive: true });
    writeFileSync(at("etc/homepot/edge.toml"), `[mqtt]\nlisten = "127.0.0.1:${gateway.port}"\n`);
    copyFileSync(release.program, at("root/homepot-edge"));
    copyFileSync(join(dirname(release.program), "release-key.pem"), at("root/release-key.pem"));
    const enrol = `--cloud ${cloud.url} --claim ${await cloud.claim("Updated")}`;
    const installed = await machine.run(
      `/root/homepot-edge install --release-key /root/release-key.pem ${enrol}; rm /root/homepot-edge`,
    );
    const wrong = await gateway.isNot(release);
    if (wrong.length > 0) throw new Error(`${installed.said} ${wrong.join("; ")}`);
    return gateway;
  }

  async addDevice(key: string) {
    const { said } = await this.machine.run(`homepot-edge device add ${key} --json`);
    return JSON.parse(said) as { device: string; username: string; password: string };
  }

  async status(): Promise<GatewayStatus> {
    const { said } = await this.machine.run("homepot-edge status --config /etc/homepot/edge.toml --json");
    return JSON.parse(said) as GatewayStatus;
  }

  async askFor({ sequence }: MadeRelease): Promise<string> {
    const { items } = await this.#cloud.api<{ items: { id: string }[] }>("/gateways");
    const job = {
      ...{ kind: "gateway.update", arguments: { sequence } },
      // Power that is gone is met by asking again.
      ...{
        targets: { gateways: items.map(({ id }) => id) },
        retries: { max: 10, firstMs: 1_000, maxMs: 2_000 },
      },
    };
    const made = await this.#cloud.api<{ id: string }>("/jobs", {
      method: "POST",
      body: JSON.stringify(job),
    });
    return made.id;
  }

  /** Whether the update to this release is as far, as the machine's disk says. */
  hasComeTo(phase: (typeof PHASES)[number], { sequence }: MadeRelease): boolean {
    if (phase === "asked") return true;
    let state: { phase: string; sequence: number };
    try {
      const path = join(this.machine.root, "var/lib/homepot-edge/versions/update.json");
      state = JSON.parse(readFileSync(path, "utf8")) as typeof state;
    } catch {
      return false;
    }
    const order = ["downloading", "staged", "trial", "committed", "failed"];
    return state.sequence === sequence && order.indexOf(state.phase) >= order.indexOf(phase);
  }

  async endOf(job: string): Promise<string | null> {
    const { items } = await this.#cloud.api<{ items: { state: string }[] }>(`/jobs/${job}/executions`);
    const [execution] = items;
    const goesOn = ["queued", "delivered", "running", "succeeded"];
    return execution === undefined || goesOn.includes(execution.state) ? null : execution.state;
  }

  /** What is not as it must be when this release runs, and nothing else. */
  async isNot({ version }: MadeRelease): Promise<string[]> {
    const inCloud = async () => {
      const { items } = await this.#cloud.api<{ items: { version: string; connected: boolean }[] }>(
        "/gateways",
      );
      return items.some((gateway) => gateway.connected && gateway.version === version);
    };
    const connected = await until(`a gateway that runs ${version}`, inCloud, ROUND_MS).catch(() => false);
    const said = (await this.machine.run("homepot-edge --version")).said.trim();
    const processes = (await this.machine.run(RUNNING)).said.trim();
    const active = (await this.machine.run("systemctl is-active homepot-edge")).said.trim();
    return [
      ...(connected ? [] : [`no gateway with ${version} is connected`]),
      ...(said === version ? [] : [`commands are those of ${said}`]),
      ...(processes === "1" ? [] : [`${processes} gateways run`]),
      ...(active === "active" ? [] : [`the service is ${active}`]),
    ];
  }
}

export const update: Drill = {
  name: "update",
  about: "the power of a whole machine is cut at some step of an update of its gateway, under a real systemd",
  rounds: 50,
  shortRounds: 0,
  tools: ["mmdebstrap", "systemd-nspawn"],
  run,
};
