import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "../../e2e/program.ts";
import { must, type Ran, ran } from "../install/machine.ts";

/** Runs as an engine does it, with what every Linux has: the image's root read-only, a /tmp, the data, nothing else. */
const CONTAIN = `set -e
root=$1 data=$2 name=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777,size=64m none "$root/tmp"
mount -t proc none "$root/proc"
mount --bind /dev "$root/dev"
mount --bind "$data" "$root/var/lib/$name"
exec setpriv --no-new-privs chroot --userspec=65532:65532 "$root" "/usr/bin/$name" "$@"`;

/** The root of an image, as `containers/root.sh` makes it, and data that outlive what runs on them. */
export class ImageRoot implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  /** Where it listens, and where it is asked: the network is this machine's. */
  readonly port: number;

  private constructor(name: string, folder: string, port: number) {
    this.name = name;
    this.folder = folder;
    this.port = port;
  }

  static async make(name: string, program: string): Promise<ImageRoot> {
    const folder = await mkdtemp(join(tmpdir(), "homepot-image-"));
    await must(["containers/root.sh", name, program, folder]);
    await mkdir(join(folder, "root/var/lib", name));
    return new ImageRoot(name, folder, await freePort());
  }

  get root(): string {
    return join(this.folder, "root");
  }

  get data(): string {
    return join(this.folder, "data", this.name);
  }

  /** Starts the program with these variables and no others. */
  run(args: readonly string[], environment: Record<string, string>): Promise<Contained> {
    return Contained.start(this, args, environment);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A program that runs on the root of its image, as process 1 of its own. */
export class Contained implements AsyncDisposable {
  readonly #image: ImageRoot;
  readonly #outer: Bun.Subprocess;
  readonly #environment: Record<string, string>;
  readonly #said: Promise<string>;
  /** As this machine sees it. */
  readonly pid: number;

  private constructor(
    image: ImageRoot,
    outer: Bun.Subprocess<"ignore", "ignore", "pipe">,
    environment: Record<string, string>,
    pid: number,
  ) {
    this.#image = image;
    this.#outer = outer;
    this.#environment = environment;
    this.#said = new Response(outer.stderr).text();
    this.pid = pid;
  }

  static async start(
    image: ImageRoot,
    args: readonly string[],
    environment: Record<string, string>,
  ): Promise<Contained> {
    const unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", CONTAIN, "contain"];
    const outer = Bun.spawn([...unshare, image.root, image.data, image.name, ...args], {
      env: { PATH: process.env.PATH ?? "", ...environment },
      ...{ stdin: "ignore", stdout: "ignore", stderr: "pipe" },
    });
    const pid = await until("its first process", async () => {
      const children = await Bun.file(`/proc/${outer.pid}/task/${outer.pid}/children`).text();
      return Number(children.trim().split(" ")[0]);
    });
    return new Contained(image, outer, environment, pid);
  }

  /** A line of /proc/PID/status, such as `Uid`. */
  async status(name: string): Promise<string> {
    const text = await Bun.file(`/proc/${this.pid}/status`).text();
    return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
  }

  /** Another command of the same program beside it, as `docker exec` starts one. */
  exec(args: readonly string[], input = ""): Promise<Ran> {
    const { root, name } = this.#image;
    const variables = Object.entries(this.#environment).map(([key, value]) => `${key}=${value}`);
    const inside = ["chroot", "--userspec=65532:65532", root, `/usr/bin/${name}`, ...args];
    return ran(
      ["nsenter", `--target=${this.pid}`, "--mount", "--pid", "env", ...variables, ...inside],
      input,
    );
  }

  async healthy(): Promise<void> {
    await until("it to be healthy", async () => {
      if (this.#outer.exitCode !== null) throw new Error(await this.#said);
      return (await this.exec(["health"])).code === 0;
    });
  }

  /** As an engine stops it. Gives the exit code. */
  async stop(): Promise<number> {
    process.kill(this.pid, "SIGTERM");
    return await this.#outer.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outer.kill("SIGKILL");
    await this.#outer.exited;
  }
}
