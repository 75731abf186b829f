import { describe, expect, test } from "bun:test";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { beOnlyGateway } from "./only-gateway.ts";

describe("a data directory", () => {
  test("has one gateway at a time, and another when that one is gone", () => {
    using directory = temporaryDirectory();
    const first = beOnlyGateway(directory.path);
    expect(() => beOnlyGateway(directory.path)).toThrow("another gateway runs on");
    first[Symbol.dispose]();
    using _second = beOnlyGateway(directory.path);
  });

  test("is free after its gateway was killed", async () => {
    using directory = temporaryDirectory();
    const program = `import { beOnlyGateway } from ${JSON.stringify(`${import.meta.dir}/only-gateway.ts`)};
      globalThis.held = beOnlyGateway(process.argv[1]); console.log("held"); setInterval(() => undefined, 1000);`;
    const child = Bun.spawn([process.execPath, "-e", program, directory.path], { stdout: "pipe" });
    await child.stdout.getReader().read();
    expect(() => beOnlyGateway(directory.path)).toThrow("another gateway runs on");
    child.kill("SIGKILL");
    await child.exited;
    using _mine = beOnlyGateway(directory.path);
  });
});
