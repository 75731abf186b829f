import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A disk of our own that can lose its power: ext4 in a file, mounted as a loop device. Needs root and a kernel that
 * has loop devices; where it cannot be mounted, `make` fails and says so.
 */
export class LoopDisk implements Disposable {
  readonly directory: string;
  readonly #image: string;
  readonly #home: string;
  #mounted = false;

  private constructor(home: string) {
    this.#home = home;
    this.#image = join(home, "image");
    this.directory = join(home, "disk");
  }

  static make(sizeMiB: number): LoopDisk {
    const disk = new LoopDisk(mkdtempSync(join(tmpdir(), "homepot-disk-")));
    try {
      writeFileSync(disk.#image, "");
      truncateSync(disk.#image, sizeMiB * 1024 * 1024);
      mkdirSync(disk.directory);
      // No room set aside for root: full means full.
      command("mkfs.ext4", "-q", "-m", "0", disk.#image);
      disk.mount();
    } catch (error) {
      disk[Symbol.dispose]();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`this drill needs root, and a kernel that mounts loop devices: ${reason}`);
    }
    return disk;
  }

  /** Nothing is written back by itself for ten minutes, so that what was not synced is lost. */
  mount(): void {
    command("mount", "-o", "loop,commit=600", this.#image, this.directory);
    this.#mounted = true;
  }

  /** From this moment nothing reaches the disk, and every write fails. What was not synced is gone. */
  cutPower(): void {
    command("xfs_io", "-x", "-c", "shutdown", this.directory);
  }

  unmount(): void {
    command("umount", this.directory);
    this.#mounted = false;
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }

  [Symbol.dispose](): void {
    // Lazily, because what the drill left running may still have files open when a drill fails.
    if (this.#mounted) command("umount", "--lazy", this.directory);
    this.#mounted = false;
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function command(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(args, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  if (exitCode !== 0)
    throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stderr.toString().trim()}`);
}
