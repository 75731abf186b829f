import { isJsonObject } from "../../../protocol/json.ts";
import type { Command } from "../command.ts";
import { TAKES, takes, wait } from "../durations.ts";

/**
 * A new firmware, as a device takes it: fetches it, compares its checksum, stages it, starts it, and confirms it when it
 * is well; when it is not, the firmware from before is started again.
 *
 * Takes `version`, a text, `url`, where it is fetched, and `sha256` in hexadecimal.
 */
export const updateFirmware: Command = {
  name: "update-firmware",
  *follow({ version, url, sha256 }, device) {
    const { run, random } = device;
    if (typeof version !== "string" || version.trim() === "" || version.length > 64)
      return { ok: false, error: "version: must be a text of 1 to 64 characters" };
    if (typeof url !== "string") return { ok: false, error: "url: must be a text" };
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/i.test(sha256))
      return { ok: false, error: "sha256: must be 64 hexadecimal digits" };

    yield { do: "progress", percent: 10, message: "downloading" };
    yield wait(TAKES.applying, random);
    const full = device.refuses("store");
    if (full !== null) return { ok: false, error: `download: ${full}` };
    const downloaded = (yield { do: "download-digest", url })!;
    if (!downloaded.ok) return { ok: false, error: `download: ${downloaded.refusal.detail}` };
    const found = isJsonObject(downloaded.value) ? downloaded.value.sha256 : null;
    yield { do: "progress", percent: 50, message: "comparing its checksum" };
    yield wait(TAKES.thinking, random);
    if (found !== sha256.toLowerCase())
      return { ok: false, error: "checksum: it is not the firmware that was meant" };

    const before = run.memory;
    yield { do: "progress", percent: 60, message: "staged; starting it" };
    run.memory = { ...before, firmware: version };
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    yield { do: "progress", percent: 85, message: "checking its health" };
    yield wait(TAKES.checking, random);
    const refused = device.refuses("firmware");
    if (refused === null) return { ok: true, output: { version, healthy: true } };
    yield { do: "log", level: "error", message: refused };
    const old = before.firmware ?? run.factoryFirmware;
    yield { do: "progress", percent: 90, message: `going back to ${old}` };
    run.memory = before;
    yield { do: "restart", ms: takes(TAKES.restarting, random) };
    return { ok: false, error: `${refused}; rolled back to ${old}` };
  },
};
