import { type Result, refuse } from "../../../protocol/errors.ts";
import { type FirmwareOffer, readFirmwareOffer } from "../../../protocol/firmware/transfer.ts";
import { isJsonObject } from "../../../protocol/json.ts";
import type { Beat, Command } from "../command.ts";
import { TAKES, takes, wait } from "../durations.ts";

/**
 * A new firmware, as a device takes it: gets it, compares its checksum, stages it, starts it, and confirms it when it is well;
 * when it is not, the firmware from before is started again.
 *
 * Takes what a gateway offers (`name`, `version`, `sha256`, `sizeBytes`, `partMaxBytes`), and then it comes from the gateway part by
 * part; or `version`, `sha256` in hexadecimal and `url`, where it is fetched.
 */
export const updateFirmware: Command = {
  name: "update-firmware",
  *follow(args, device) {
    const { run, random } = device;
    const { version, sha256 } = args;
    if (typeof version !== "string" || version.trim() === "" || version.length > 64)
      return { ok: false, error: "version: must be a text of 1 to 64 characters" };
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256))
      return { ok: false, error: "sha256: must be 64 hexadecimal digits" };
    const source = sourceOf(args);
    if (!source.ok) return { ok: false, error: source.refusal.detail };
    // Told once more of what it runs with already: the answer was lost on its way.
    if (run.firmware === version) return { ok: true, output: { version, healthy: true } };

    yield { do: "progress", percent: 0, message: "downloading" };
    yield wait(TAKES.applying, random);
    const full = device.refuses("store");
    if (full !== null) return { ok: false, error: `download: ${full}` };
    const downloaded = (yield source.value)!;
    if (!downloaded.ok) return { ok: false, error: `download: ${downloaded.refusal.detail}` };
    const found = isJsonObject(downloaded.value) ? downloaded.value.sha256 : null;
    yield { do: "progress", percent: 100, message: "comparing its checksum" };
    yield wait(TAKES.thinking, random);
    if (found !== sha256.toLowerCase())
      return { ok: false, error: "checksum: it is not the firmware that was meant" };

    const before = run.memory;
    yield { do: "progress", percent: 60, message: "its checksum is right", stage: "staged" };
    yield wait(TAKES.thinking, random);
    yield { do: "progress", percent: 70, message: `starting ${version}`, stage: "applied" };
    run.memory = { ...before, firmware: version };
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    yield { do: "progress", percent: 85, message: "checking its health" };
    yield wait(TAKES.checking, random);
    const refused = device.refuses("firmware");
    if (refused === null) {
      yield { do: "progress", percent: 100, message: "it is well", stage: "confirmed" };
      return { ok: true, output: { version, healthy: true } };
    }
    yield { do: "log", level: "error", message: refused };
    const old = before.firmware ?? run.factoryFirmware;
    yield { do: "progress", percent: 90, message: `going back to ${old}`, stage: "rolled-back" };
    run.memory = before;
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    return { ok: false, error: `${refused}; rolled back to ${old}` };
  },
};

/** Where it comes from. Code: `payload.invalid` or `request.invalid`, with the field at fault. */
function sourceOf(
  args: Record<string, unknown>,
): Result<Extract<Beat, { do: "receive" | "download-digest" }>> {
  const { url } = args;
  if (typeof url === "string") return { ok: true, value: { do: "download-digest", url } };
  if (url !== undefined) return refuse("request.invalid", "url: must be a text");
  const offer: Result<FirmwareOffer> = readFirmwareOffer(args);
  return offer.ok ? { ok: true, value: { do: "receive", offer: offer.value } } : offer;
}
