import type { ConfigValues } from "../../../protocol/config/device-config.ts";
import { accept } from "../../../protocol/errors.ts";
import { isJsonObject } from "../../../protocol/json.ts";
import type { Command, CommandedDevice } from "../command.ts";
import { TAKES, takes, wait } from "../durations.ts";
import { PAYMENT_SETTINGS, paymentPart } from "../payment-config.ts";

/**
 * The change of a payment gateway, as a terminal does it: downloads the configuration, validates it, applies it, starts
 * its application again, checks its health with the payment gateway, and confirms. When the check fails, the
 * configuration from before is put back and the terminal stays sick until the cause is gone.
 *
 * Takes `version`, a text, and the configuration itself: `config`, or `url`, where it is fetched.
 */
export const updatePaymentConfig: Command = {
  name: "update-payment-config",
  *follow({ version, config, url }, device) {
    const { run, random } = device;
    if (run.profile.name !== "payment-terminal")
      return { ok: false, error: `a ${run.profile.name} has no payment configuration` };
    if (typeof version !== "string" || version.trim() === "" || version.length > 64)
      return { ok: false, error: "version: must be a text of 1 to 64 characters" };
    if ((config === undefined) === (url === undefined))
      return { ok: false, error: "needs either config or url" };

    yield { do: "progress", percent: 10, message: "downloading" };
    yield wait(TAKES.applying, random);
    const full = device.refuses("store");
    if (full !== null) return { ok: false, error: `download: ${full}` };
    if (url !== undefined && typeof url !== "string") return { ok: false, error: "url: must be a text" };
    const downloaded = url === undefined ? accept(config) : (yield { do: "download", url })!;
    if (!downloaded.ok) return { ok: false, error: `download: ${downloaded.refusal.detail}` };

    yield { do: "progress", percent: 30, message: "validating" };
    yield wait(TAKES.thinking, random);
    const payment = downloaded.value;
    if (!isJsonObject(payment)) return { ok: false, error: "validate: must be a JSON object" };
    const problem = invalid(payment as ConfigValues, device);
    if (problem !== null) return { ok: false, error: `validate: ${problem}` };

    const before = run.memory;
    yield { do: "progress", percent: 50, message: "applying" };
    yield wait(TAKES.applying, random);
    const values = { ...run.config.config, ...(payment as ConfigValues) };
    run.memory = { ...before, config: { ...run.config, config: values }, paymentConfig: version };
    yield { do: "progress", percent: 70, message: "restarting the payment application" };
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    yield { do: "progress", percent: 85, message: "checking its health with the payment gateway" };
    yield wait(TAKES.checking, random);
    const refused = device.refuses("payment-config");
    if (refused !== null) {
      run.memory = before;
      device.sicken("payment-config");
      yield { do: "log", level: "error", message: refused };
      yield { do: "log", level: "warning", message: "the configuration from before was put back" };
      return { ok: false, error: refused };
    }
    yield { do: "report-config" };
    return { ok: true, output: { version, healthy: true } };
  },
};

function invalid(payment: ConfigValues, { run }: CommandedDevice): string | null {
  const missing = ["paymentGateway", "merchantId"].filter((name) => payment[name] === undefined);
  if (missing.length > 0) return missing.map((name) => `${name}: is missing`).join("; ");
  const unknown = Object.keys(payment).filter((name) => !Object.hasOwn(PAYMENT_SETTINGS, name));
  if (unknown.length > 0) return unknown.map((name) => `${name}: is not known here`).join("; ");
  return run.refusedConfig(paymentPart(payment));
}
