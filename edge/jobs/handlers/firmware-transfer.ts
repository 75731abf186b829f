import type { Attributes } from "../../../protocol/devices/attributes.ts";
import {
  FIRMWARE_PART_MAX_BYTES,
  type FirmwareOffer,
  type FirmwareStage,
  UPDATE_FIRMWARE,
} from "../../../protocol/firmware/transfer.ts";
import { type CommandResult, deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { FirmwareSent } from "../../../protocol/jobs/job-kinds.ts";
import type { Topic } from "../../../protocol/topics/topics.ts";
import type { FirmwareLibrary } from "../../firmware/firmware.ts";
import type { Execution } from "../execution.ts";
import type { JobHandler, Outcome } from "../handler.ts";
import { type PublishCommand, wasSent } from "./device-command.ts";

export interface FirmwareParts {
  publish: PublishCommand;
  library: FirmwareLibrary;
  /** A part on its way to its device. Of one that is lost the device asks for it again. */
  publishPart(topic: Topic, bytes: Uint8Array): Promise<void>;
  /** What the device says of itself. */
  attributesOf(device: string): Attributes;
}

/** What has to be known again after a crash: that the device was told, how far it said it is, until when it may take. */
type Memo = { sent: number; stage: FirmwareStage | "transferring"; deadlineMs: number };

/** How much of the whole each stage is, in percent. */
const FETCHED_PERCENT = 20;
const PERCENT: Record<FirmwareStage | "transferring", number> = {
  ...{ transferring: FETCHED_PERCENT, staged: 65, applied: 80, confirmed: 100, "rolled-back": 90 },
};

/**
 * A firmware to a device: the gateway fetches it from the cloud, tells the device of it, and gives it the parts that it asks
 * for. Done when the device confirms it, and verified when the device says in its `state` that it runs the version. One that
 * it says it runs already is not brought to it again.
 */
export function firmwareTransferHandler(parts: FirmwareParts): JobHandler {
  const { publish, library, publishPart, attributesOf } = parts;
  const runs = (device: string, version: string) => attributesOf(device).firmware === version;
  const tell = ({ id, device, arguments: args }: Execution, deadline: number) =>
    publish(device!, id, deviceCommand({ command: UPDATE_FIRMWARE, args: { ...offerOf(args) }, deadline }));

  return {
    needsDevice: true,

    async begin({ execution, signal, deadlineMs, progress, log, note }) {
      const device = execution.device!;
      const offer = offerOf(execution.arguments);
      const { deviceType } = execution.arguments as FirmwareSent;
      const { type } = attributesOf(device);
      if (deviceType !== undefined && type !== undefined && type !== deviceType)
        return final(`${offer.name} ${offer.version} is for a ${deviceType}, and this is a ${type}`);
      const { version } = offer;
      if (runs(device, version)) return { ok: true, verified: true, output: { version, already: true } };

      progress({ percent: 0, message: "the gateway fetches it" });
      const fetched = await library.fetch(offer, {
        signal,
        received: (bytes) => progress({ percent: (FETCHED_PERCENT * bytes) / offer.sizeBytes }),
        trouble: (what) => log("warning", `the gateway cannot fetch it yet: ${what}`),
      });
      if (signal.aborted) return null;
      if (!fetched.ok) {
        const reason = `the gateway could not fetch it: ${fetched.refusal.detail}`;
        return { ok: false, reason, final: fetched.refusal.code === "record.not-found" };
      }
      log("info", `the gateway has ${offer.sizeBytes} bytes, SHA-256 ${offer.sha256}`);
      note({ sent: execution.attempt, stage: "transferring", deadlineMs } satisfies Memo);
      progress({ percent: FETCHED_PERCENT, message: "the device is told of it" });
      await tell(execution, deadlineMs);
      return null;
    },

    recover: (execution) => (wasSent(execution) ? "waits" : "again"),

    listens(execution) {
      const memo = memoOf(execution);
      // Once it is being applied the device goes down and comes back by itself.
      if (memo === null || !(memo.stage === "transferring" || memo.stage === "staged")) return;
      // Not heard, it is told when the device comes the next time.
      tell(execution, memo.deadlineMs).catch(() => undefined);
    },

    async wanted(execution, { offset, length }) {
      const offer = offerOf(execution.arguments);
      if (memoOf(execution) === null || offset >= offer.sizeBytes) return null;
      const bytes = library.read(offer.sha256, offset, Math.min(length, offer.sizeBytes - offset));
      if (bytes === null) return null;
      const { id, device } = execution;
      await publishPart({ channel: "firmware-part", device: device!, execution: id, offset }, bytes);
      const percent = within("transferring", (100 * (offset + bytes.length)) / offer.sizeBytes);
      return { percent, message: "the device takes it" };
    },

    progressed(execution, { stage, percent, message }) {
      const memo = memoOf(execution);
      if (memo === null) return { progress: { message } };
      if (stage === undefined) return { progress: { percent: within(memo.stage, percent), message } };
      const line = message === undefined ? stage : `${stage}: ${message}`;
      return { progress: { percent: PERCENT[stage], message: line }, memo: { ...memo, stage }, line };
    },

    answered(execution, result: CommandResult): Outcome {
      const offer = offerOf(execution.arguments);
      const stage = memoOf(execution)?.stage;
      if (!result.ok)
        return {
          ok: false,
          reason: `${stage === "rolled-back" ? "rolled back" : "the device answered"}: ${result.error}`,
        };
      const { version } = offer;
      return {
        ok: true,
        output: { version, device: result.output },
        verified: runs(execution.device!, version),
      };
    },

    described(execution, { firmware }) {
      const isSo = execution.state === "succeeded" && offerOf(execution.arguments).version === firmware;
      return isSo ? { ok: true, verified: true } : null;
    },

    lateBecause(execution) {
      const memo = memoOf(execution);
      if (memo === null) return "the gateway could not fetch it from the cloud";
      const { firmware } = attributesOf(execution.device!);
      const runsNow = firmware === undefined ? "" : `; it last said that it runs ${firmware}`;
      if (memo.stage === "transferring") return `the device has not taken all of it${runsNow}`;
      if (memo.stage === "staged") return `the device has all of it, and did not start it${runsNow}`;
      return `the device ${memo.stage === "applied" ? "started it" : `is at ${memo.stage}`}, and neither confirmed it nor rolled it back${runsNow}`;
    },
  };
}

const final = (reason: string): Outcome => ({ ok: false, reason, final: true });

function offerOf(args: Record<string, unknown>): FirmwareOffer {
  const { name, version, sha256, sizeBytes } = args as FirmwareSent;
  return { name, version, sha256, sizeBytes, partMaxBytes: FIRMWARE_PART_MAX_BYTES };
}

/** Null when the device was not told of it in this attempt. */
function memoOf(execution: Execution): Memo | null {
  return wasSent(execution) ? (execution.memo as Memo) : null;
}

/** What a device says of its own share while it takes the parts; absent where it says nothing. */
function within(stage: Memo["stage"], percent: number | undefined): number | undefined {
  const from = PERCENT[stage];
  if (stage !== "transferring" || percent === undefined) return from;
  return from + ((PERCENT.staged - from) * percent) / 100;
}
