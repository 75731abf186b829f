import { expect, test } from "bun:test";
import { join } from "node:path";
import { passwordsOf, TestBroker, until } from "../simulator/testing/test-broker.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";

const GROUPS = [
  ["energy-meter", "meter"],
  ["door-sensor", "door"],
  ["controller", "air"],
  ["payment-terminal", "till"],
] as const;
const KEYS = GROUPS.flatMap(([, prefix]) => [`${prefix}-1`, `${prefix}-2`]);

/** Messages of a device's values by the time of the run. */
type Run = Map<string, string>;

/** A simulation as a process of its own, at a broker of its own. */
function simulate(directory: string, broker: TestBroker) {
  const child = Bun.spawn(
    [
      ...[
        process.execPath,
        join(import.meta.dir, "../main.ts"),
        "simulate",
        "--scenario",
        join(directory, "scenario.toml"),
      ],
      ...["--broker", `mqtt://127.0.0.1:${broker.port}`, "--credentials", join(directory, "passwords.json")],
      ...["--begin", "2026-06-01T12:00:00Z", "--speed", "60"],
    ],
    { stdout: "ignore", stderr: "pipe" },
  );
  let said = "";
  const reading = (async () => {
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) said += part;
  })();
  return {
    child,
    /** How many of each device's values have come, at least. */
    get heard(): number {
      return Math.min(...KEYS.map((key) => broker.on(`homepot/${key}/telemetry`).length));
    },
    /** Ends it, and gives what it published. */
    async end(): Promise<Run> {
      child.kill("SIGTERM");
      expect(await child.exited).toBe(0);
      await reading;
      const beganMs = Date.parse(/began at (\S+)/.exec(said)?.[1] ?? said);
      return new Map(
        KEYS.flatMap((key) =>
          broker.on(`homepot/${key}/telemetry`).map((text) => {
            const { ts, ...values } = JSON.parse(text) as { ts: number };
            return [`${key} ${ts - beganMs}`, JSON.stringify(values)] as const;
          }),
        ),
      );
    },
  };
}

test("two processes with one seed publish the same, one of them on a machine that gives it no time", async () => {
  using directory = temporaryDirectory();
  await using broker = await TestBroker.start();
  await using other = await TestBroker.start();
  const group = ([profile, prefix]: (typeof GROUPS)[number]): string =>
    `[[devices]]\nprofile = "${profile}"\nkey-prefix = "${prefix}"\ncount = 2\ninterval-seconds = 0.1\n`;
  await Bun.write(
    join(directory.path, "scenario.toml"),
    `name = "Twice"\nseed = 11\n${GROUPS.map(group).join("")}[[fault]]\nwhat = "slow"\nwhich = "till-1"\nwhen = "30s"\nuntil = "90s"\n`,
  );
  await Bun.write(
    join(directory.path, "passwords.json"),
    JSON.stringify(Object.fromEntries(passwordsOf(KEYS))),
  );

  const steady = simulate(directory.path, broker);
  const starved = simulate(directory.path, other);
  try {
    await until(() => steady.heard > 0 && starved.heard > 0);
    for (let stall = 0; stall < 2; stall += 1) {
      starved.child.kill("SIGSTOP");
      const before = steady.heard;
      await until(() => steady.heard >= before + 6);
      starved.child.kill("SIGCONT");
      const after = starved.heard + 6;
      await until(() => starved.heard >= after);
    }
    await until(() => steady.heard >= 30 && starved.heard >= 30);
    const [run, again] = [await steady.end(), await starved.end()];
    const both = [...run].filter(([when]) => again.has(when));
    expect(both.filter(([when, values]) => again.get(when) !== values)).toEqual([]);
    expect(both.length).toBeGreaterThan(KEYS.length * 15);
  } finally {
    for (const { child } of [steady, starved]) child.kill("SIGKILL");
  }
}, 60_000);
