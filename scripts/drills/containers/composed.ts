import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../e2e/program.ts";
import { must, type Ran } from "../install/machine.ts";
import { podmanOptions, readServices, type Service } from "./compose.ts";
import type { Engine } from "./engine.ts";

/** Of this drill alone; whoever runs the compose file has the one that stands in it. */
const SUBNET = "172.31.93.0/24";
/** The proxy, and the host as the proxy sees it. */
export const PROXY = "172.31.93.250";
export const HOST = "172.31.93.1";

/** Debian's Caddy in the place of the image that the compose file names, which comes from a registry. */
const PROXY_IMAGE = `FROM scratch
COPY root/ /
ENV PATH=/usr/bin XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["/usr/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
`;

/** The services of `containers/compose.yaml` on an engine, one by one. */
export class Composed {
  readonly engine: Engine;
  readonly #variables: Record<string, string>;

  private constructor(engine: Engine, variables: Record<string, string>) {
    this.engine = engine;
    this.#variables = variables;
  }

  /** Builds the images, and makes the network. */
  static async prepare(engine: Engine): Promise<Composed> {
    await engine.script(["./scripts/images", "--here", "--engine", "podman"]);
    const folder = join(engine.folder, "proxy");
    await must(["containers/root.sh", "caddy", "/usr/bin/caddy", folder]);
    await Bun.write(join(folder, "Containerfile"), PROXY_IMAGE);
    await engine.podman("build", "--quiet", "--tag", "proxy", folder);
    await engine.podman("network", "create", "--subnet", SUBNET, "front");
    await engine.podman("network", "create", "site");
    const releases = join(engine.folder, "releases");
    await mkdir(releases);
    return new Composed(engine, {
      // An address instead of a name, so that nothing has to resolve it; Caddy signs its certificate itself.
      ...{ HOMEPOT_HOST: PROXY, HOMEPOT_SUBNET: SUBNET, HOMEPOT_PROXY_ADDRESS: PROXY },
      ...{ HOMEPOT_PROXY_IMAGE: "proxy", HOMEPOT_RELEASES: releases },
    });
  }

  /** Starts a service; with further options of podman's, after those of the file. */
  async up(
    name: string,
    more: readonly string[] = [],
    variables: Record<string, string> = {},
  ): Promise<void> {
    const service: Service = readServices({ ...this.#variables, ...variables })[name] ?? {};
    const { front } = (service.networks ?? {}) as { front?: { ipv4_address?: string } };
    const network = front === undefined ? "site" : "front";
    const address = front?.ipv4_address === undefined ? [] : ["--ip", front.ipv4_address];
    const options = [...podmanOptions(service), "--network", network, ...address, ...more];
    await this.engine.podman("run", "--detach", "--name", name, ...options, String(service.image));
  }

  /** As its health check finds it. */
  async healthy(name: string): Promise<boolean> {
    return (await this.engine.ask(["healthcheck", "run", name])).code === 0;
  }

  async untilHealthy(name: string): Promise<void> {
    await until(`${name} to be healthy`, async () => {
      const running = await this.engine.podman("inspect", name, "--format", "{{.State.Running}}");
      if (running !== "true") throw new Error(await this.engine.podman("logs", name));
      return await this.healthy(name);
    });
  }

  /** Another command of the program, as people give it. */
  exec(name: string, args: readonly string[], input = ""): Promise<Ran> {
    return this.engine.ask(["exec", "--interactive", name, `homepot-${name}`, ...args], input);
  }

  /** Takes the container away and leaves its volumes. Gives its exit code and how long it took to end, s. */
  async down(name: string): Promise<{ code: number; seconds: number }> {
    const startedMs = performance.now();
    await this.engine.podman("stop", name);
    const seconds = (performance.now() - startedMs) / 1_000;
    const code = Number(await this.engine.podman("inspect", name, "--format", "{{.State.ExitCode}}"));
    await this.engine.podman("rm", name);
    return { code, seconds };
  }

  /** Its first process, as this machine sees it. */
  async pid(name: string): Promise<number> {
    return Number(await this.engine.podman("inspect", name, "--format", "{{.State.Pid}}"));
  }

  /** What was written into a volume. */
  async volume(name: string): Promise<string> {
    return await this.engine.podman("volume", "inspect", name, "--format", "{{.Mountpoint}}");
  }

  /** As the manual has it: a copy of the volume becomes what is in a new one of its name. */
  async restore(name: string): Promise<void> {
    const copy = join(this.engine.folder, `${name}-copy`);
    await must(["cp", "--archive", await this.volume(name), copy]);
    await this.engine.podman("volume", "rm", name);
    await this.engine.podman("volume", "create", name);
    await must(["cp", "--archive", "--no-target-directory", copy, await this.volume(name)]);
  }
}
