import { Database } from "bun:sqlite";
import { join } from "node:path";
import { type DeviceCredential, type GatewayStatus, until } from "../../e2e/stack.ts";
import { type Machine, ran } from "./machine.ts";
import { difference, tracesOf } from "./traces.ts";

/** As far as an installation may be seen once it was taken away: nothing of it. */
export const LEFT =
  "find / -xdev -iname '*homepot*' -not -path '/proc/*' -not -path '/media/*'; getent passwd homepot-edge";

export type Held = (what: string, isTrue: boolean, said?: string) => void;

interface Status extends GatewayStatus {
  version: string;
  enrolment: { gatewayId: string } | null;
  uplink: { state: string; since: string; reason: { code: string } | null } | null;
  broker: { reachable: boolean };
  devices: { count: number };
}

/** The gateway on a machine, asked by its own commands. */
export class InstalledGateway {
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  async status(): Promise<Status | null> {
    const { code, said } = await this.machine.run("homepot-edge status --json");
    return code === 0 ? (JSON.parse(said) as Status) : null;
  }

  async addDevice(key: string): Promise<DeviceCredential> {
    const added = await this.machine.run(`homepot-edge device add ${key} --json`);
    return JSON.parse(added.said) as DeviceCredential;
  }

  /** A new device logs in and has a reading acknowledged. */
  async publishes(key: string): Promise<boolean> {
    return this.acknowledges(await this.addDevice(key));
  }

  /** The device logs in and has a reading acknowledged. */
  async acknowledges({ device, username, password }: DeviceCredential): Promise<boolean> {
    const topic = `homepot/${device}/telemetry`;
    const options = ["-q", "1", "-u", username, "-P", password, "-t", topic, "-m", '{"temperature":4}'];
    const publish = this.machine.inNetwork("timeout", "20", "mosquitto_pub", "-h", "127.0.0.1", ...options);
    return (await ran(publish)).code === 0;
  }

  /** What lies on the device's topic of its configuration; what came instead, where nothing does. */
  async configurationAt({ device, username, password }: DeviceCredential): Promise<string> {
    const topic = `homepot/${device}/config/desired`;
    const options = ["-u", username, "-P", password, "-t", topic, "-C", "1", "-W", "20"];
    return (await ran(this.machine.inNetwork("mosquitto_sub", "-h", "127.0.0.1", ...options))).said;
  }

  /** The jobs that it has a schedule of. */
  schedules(): string[] {
    const path = join(this.machine.root, "var/lib/homepot-edge/edge.db");
    using database = new Database(path, { readonly: true });
    const rows = database.query<{ job: string }, []>("SELECT job FROM schedule").all();
    return rows.map(({ job }) => job);
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

  /** Takes it away. `before`: the machine as it was without it, and has to be again. */
  async isGone(held: Held, before?: Set<string>): Promise<void> {
    const { code, said } = await this.machine.run("homepot-edge uninstall --delete-data");
    held("it is taken away", code === 0, said);
    const left = await this.machine.run(LEFT);
    held("nothing of it is left", left.said.trim() === "", left.said);
    if (before === undefined) return;
    const changed = difference(before, await tracesOf(this.machine));
    held(
      "every file, account, unit and timer is as it was before it",
      changed.length === 0,
      changed.join("; "),
    );
  }
}
