import { mkdtemp, rm } from "node:fs/promises";
import { must, type Ran, ran, rootArchive } from "./machine.ts";

/** Runs the program for arm64 with Debian's own libraries for it, under qemu: that it starts and knows its version. */
export async function arm64Starts(program: string): Promise<Ran> {
  const options = ["--variant=extract", "--arch=arm64", "--include=libc6,libgcc-s1,libstdc++6"];
  const archive = await rootArchive("bookworm-arm64-libraries", options, "bookworm");
  const root = await mkdtemp("/var/tmp/homepot-arm64-");
  try {
    await must(["tar", "--extract", `--file=${archive}`, `--directory=${root}`]);
    return await ran(["timeout", "120", "qemu-aarch64-static", "-L", root, program, "--version"]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
