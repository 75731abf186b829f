import type { ConfigValues, DeviceConfig } from "../../protocol/config/device-config.ts";
import type { CommandedDevice, Course } from "./command.ts";
import { TAKES, takes, wait } from "./durations.ts";
import { paymentPart } from "./payment-config.ts";

/**
 * Runs with another configuration: looks at it, puts it to work, and, where its payment gateway has a say in it, starts
 * its application again and asks the gateway. When that fails it runs with the one before again.
 */
export function* configure(wanted: DeviceConfig, device: CommandedDevice): Course {
  const { run, random } = device;
  const before = run.config;
  yield { do: "progress", percent: 30, message: "validating" };
  yield wait(TAKES.thinking, random);
  const problem = run.refusedConfig(wanted.config);
  if (problem !== null) return { ok: false, error: `validate: ${problem}` };
  yield { do: "progress", percent: 50, message: "applying" };
  yield wait(TAKES.applying, random);
  const full = device.refuses("store");
  if (full !== null) return { ok: false, error: `apply: ${full}` };
  const asksGateway = paysOtherwise(device, before.config, wanted.config);
  const work = asksGateway ? "payment-config" : "config";
  run.apply(wanted);
  if (asksGateway) {
    yield { do: "progress", percent: 70, message: "restarting" };
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    yield { do: "progress", percent: 85, message: "checking its health" };
    yield wait(TAKES.checking, random);
  }
  const refused = device.refuses(work);
  if (refused !== null) {
    run.apply(before);
    device.sicken(work);
    yield { do: "log", level: "error", message: refused };
    yield { do: "log", level: "warning", message: "the configuration from before was put back" };
    return { ok: false, error: refused };
  }
  yield { do: "report-config" };
  return { ok: true, output: { version: wanted.version, config: wanted.config, healthy: true } };
}

function paysOtherwise({ run }: CommandedDevice, before: ConfigValues, wanted: ConfigValues): boolean {
  return run.profile.name === "payment-terminal" && !Bun.deepEquals(paymentPart(before), paymentPart(wanted));
}
