import { describe, expect, test } from "bun:test";
import { check } from "../validate.ts";
import { jobInputSchema, placeOf } from "./job.ts";
import { JOB_KIND_NAMES, JOB_KINDS } from "./job-kinds.ts";

const ID = "0192f0c1-2345-7abc-8def-0123456789ab";
const command = { kind: "device.command", arguments: { command: "restart" }, targets: { devices: [ID] } };
const refused = (input: unknown) => {
  const checked = check(jobInputSchema, input);
  return checked.ok ? [] : (checked.refusal.errors ?? []);
};

describe("a job", () => {
  test("says little, and gets the rest", () => {
    const checked = check(jobInputSchema, command);
    expect(checked).toEqual({
      ok: true,
      value: {
        ...command,
        arguments: { command: "restart", args: {} },
        timing: { kind: "now" },
        rollout: { kind: "all" },
        retries: { max: 0, firstMs: 10_000, maxMs: 600_000 },
        priority: 5,
        missed: "once",
        overlap: "skip",
        expiresAfterMs: 604_800_000,
      },
    } as never);
  });

  test("needs no arguments where its kind needs nothing of them, and gets those it has", () => {
    const given = (input: object) => {
      const checked = check(jobInputSchema, input);
      return checked.ok ? checked.value.arguments : checked.refusal;
    };
    const on = { targets: { devices: [ID] } };
    expect(given({ kind: "ping", ...on })).toEqual({ count: 3 });
    expect(given({ kind: "logs.collect", ...on })).toEqual({ lines: 200 });
    expect(given({ kind: "device.restart", ...on })).toEqual({});
    for (const kind of ["gateway.restart", "gateway.update", "sync.now"])
      expect(given({ kind, targets: { gateways: [ID] } })).toEqual({});
  });

  test.each([
    [{ ...command, targets: {} }, "targets"],
    [{ ...command, targets: { devices: [] } }, "targets"],
    [{ ...command, targets: { devices: Array.from({ length: 100_000 }, () => ID) } }, "targets.devices"],
    [{ ...command, targets: { devices: ["till-1"] } }, "targets.devices.0"],
    [{ ...command, targets: { gateways: [ID] } }, "targets.gateways"],
    [{ ...command, arguments: {} }, "arguments.command"],
    [{ kind: "device.command", targets: { devices: [ID] } }, "arguments"],
    [{ ...command, arguments: { command: "rm -rf /" } }, "arguments.command"],
    [{ ...command, arguments: { command: "a", args: [] } }, "arguments.args"],
    [{ ...command, kind: "shell" }, "kind"],
    [{ ...command, timing: { kind: "at", at: "tomorrow" } }, "timing.at"],
    [{ ...command, timing: { kind: "cron", cron: "every day" } }, "timing.cron"],
    [{ ...command, timing: { kind: "cron", cron: "0 4 * * *", timeZone: "Mars/Base" } }, "timing.timeZone"],
    [{ ...command, window: { from: "22:00", to: "25:00" } }, "window.to"],
    [{ ...command, timeoutMs: 5 }, "timeoutMs"],
    [{ ...command, priority: 10 }, "priority"],
    [{ ...command, place: "site" }, "place"],
    [
      {
        ...command,
        place: "site",
        timing: { kind: "cron", cron: "@daily" },
        rollout: { kind: "batches", size: 2 },
      },
      "place",
    ],
    [
      { kind: "script.run", arguments: { script: "../etc/x" }, targets: { gateways: [ID] } },
      "arguments.script",
    ],
    [
      { kind: "script.run", arguments: { script: "/etc/x" }, targets: { gateways: [ID] } },
      "arguments.script",
    ],
    [
      { kind: "script.run", arguments: { script: "a/../../x" }, targets: { gateways: [ID] } },
      "arguments.script",
    ],
    [
      { kind: "script.run", arguments: { script: "a\\..\\x" }, targets: { gateways: [ID] } },
      "arguments.script",
    ],
    [{ kind: "sync.now", arguments: {}, targets: { devices: [ID] } }, "targets.devices"],
    [{ kind: "config.set", arguments: { config: {} }, targets: { devices: [ID] } }, "arguments.config"],
    [{ ...command, surprise: 1 }, "surprise"],
  ])("%j is refused at %s, once", (input, path) => {
    expect(refused(input).map((error) => error.path)).toEqual([path]);
  });

  test.each(["..%2fx", "x.sh\0.png", ".", "./x", "", " x"])("the script %j is refused", (script) => {
    const input = { kind: "script.run", arguments: { script }, targets: { gateways: [ID] } };
    expect(refused(input).map((error) => error.path)).toEqual(["arguments.script"]);
  });

  test("a script's arguments are what a program can be started with", () => {
    const input = {
      ...{ kind: "script.run", targets: { gateways: [ID] } },
      arguments: { script: "x", args: ["a", "b\0c"] },
    };
    expect(refused(input)).toEqual([{ path: "arguments.args.1", message: "must be text without U+0000" }]);
  });

  test("a time that is none is told what one looks like", () => {
    for (const at of ["tomorrow", ""]) {
      const message = "must be a time such as 2026-12-01T03:00:00.000Z";
      expect(refused({ ...command, timing: { kind: "at", at } })).toEqual([{ path: "timing.at", message }]);
    }
  });

  test("what repeats is run at the sites where it can be", () => {
    const cron = { kind: "cron", cron: "0 4 * * *" };
    const place = (input: object) => {
      const checked = check(jobInputSchema, { ...command, ...input });
      return checked.ok ? placeOf(checked.value) : checked.refusal;
    };
    expect(place({})).toBe("cloud");
    expect(place({ timing: cron })).toBe("site");
    expect(place({ timing: cron, place: "cloud" })).toBe("cloud");
    expect(place({ timing: cron, rollout: { kind: "batches", size: 5 } })).toBe("cloud");
    expect(place({ timing: cron, kind: "config.set", arguments: { config: { a: 1 } } })).toBe("cloud");
    expect(place({ timing: { kind: "at", at: "2030-01-01T00:00:00.000Z" }, place: "site" })).toBe("site");
  });

  test("every kind is in the schema that jobs are made by", () => {
    for (const kind of JOB_KIND_NAMES) {
      const of = JOB_KINDS[kind].subject === "device" ? "devices" : "gateways";
      const paths = refused({ kind, arguments: {}, targets: { [of]: [ID] } }).map(({ path }) => path);
      expect(paths.filter((path) => !path.startsWith("arguments."))).toEqual([]);
    }
  });
});
