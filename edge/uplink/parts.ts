import type { Logger } from "@logtape/logtape";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import type { ClockSteps } from "../clock-steps/clock-steps.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { GatewayIdentity } from "../enrolment/enrolment.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Uplog } from "../uplog/uplog.ts";
import type { ApplyDownlog } from "./downlog.ts";
import type { Connect } from "./line.ts";
import type { Announcer, Sealer } from "./session.ts";

/** What the uplink is made of. */
export interface UplinkParts {
  db: EdgeDatabase;
  /** Takes in the downlog beside what devices send. */
  commit: GroupCommit;
  uplog: Uplog;
  identity: GatewayIdentity;
  sealer: Sealer;
  announce: Announcer;
  /** Subscribes to readings after their commit. */
  onReadings: (listener: (device: string, readings: readonly Reading[]) => void) => () => void;
  applyDownlog: ApplyDownlog;
  clock: Clock;
  clockSteps: ClockSteps;
  random: Random;
  log: Logger;
  connect: Connect;
  compressor: Compressor;
  /** This program's version, for people. */
  version: string;
  /** Id of this run of the program. */
  run: string;
}
