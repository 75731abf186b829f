import { describe, expect, test } from "bun:test";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { beOnlyGateway, gatewayRuns } from "./only-gateway.ts";

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
    const program = `import { beOnlyGateway, gatewayRuns } from ${JSON.stringify(`${import.meta.dir}/only-gateway.ts`)};
      globalThis.held = beOnlyGateway(process.argv[1]); console.log("held"); setInterval(() => undefined, 1000);`;
    const child = Bun.spawn([process.execPath, "-e", program, directory.path], { stdout: "pipe" });
    await child.stdout.getReader().read();
    expect(() => beOnlyGateway(directory.path)).toThrow("another gateway runs on");
    child.kill("SIGKILL");
    await child.exited;
    using _mine = beOnlyGateway(directory.path);
  });

  test("is had by its gateway also while others look whether one runs, and they see it", async () => {
    using directory = temporaryDirectory();
    beOnlyGateway(directory.path)[Symbol.dispose]();
    const program = `import { gatewayRuns } from ${JSON.stringify(`${import.meta.dir}/only-gateway.ts`)};
      console.log("looks"); while (true) gatewayRuns(process.argv[1]);`;
    const look = () => Bun.spawn([process.execPath, "-e", program, directory.path], { stdout: "pipe" });
    const lookers = [look(), look()];
    try {
      for (const { stdout } of lookers) await stdout.getReader().read();
      for (let times = 0; times < 100; times++) {
        using _mine = beOnlyGateway(directory.path);
        expect(gatewayRuns(directory.path)).toBe(true);
      }
    } finally {
      for (const looker of lookers) looker.kill("SIGKILL");
      for (const { exited } of lookers) await exited;
    }
    expect(gatewayRuns(directory.path)).toBe(false);
  });
});
