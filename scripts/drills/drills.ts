import { clockJumps } from "./clock-jumps.ts";
import { cloudPowerCut } from "./cloud-power-cut.ts";
import { containers } from "./containers/containers.ts";
import { corruption } from "./corruption.ts";
import { diskFull } from "./disk-full.ts";
import type { Drill } from "./drill.ts";
import { fsyncError } from "./fsync-error.ts";
import { fsyncKill } from "./fsync-kill.ts";
import { hostile } from "./hostile/hostile.ts";
import { install } from "./install/install.ts";
import { jobs } from "./jobs.ts";
import { edgeKill, kill } from "./kill.ts";
import { longOffline } from "./long-offline.ts";
import { lostResponses } from "./lost-responses.ts";
import { peerMosquitto } from "./peer-mosquitto.ts";
import { platforms } from "./platforms/platforms.ts";
import { powerCut } from "./power-cut.ts";
import { restored } from "./restored.ts";
import { retentionKill } from "./retention-kill.ts";
import { sevenDays } from "./seven-days.ts";
import { update } from "./update/update.ts";

/** Every drill, in the order in which `all` runs them. */
export const DRILLS: readonly Drill[] = [
  kill,
  edgeKill,
  powerCut,
  cloudPowerCut,
  fsyncKill,
  fsyncError,
  diskFull,
  sevenDays,
  longOffline,
  retentionKill,
  lostResponses,
  restored,
  jobs,
  platforms,
  clockJumps,
  corruption,
  hostile,
  install,
  containers,
  update,
  peerMosquitto,
];
