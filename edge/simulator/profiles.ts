import type { ProfileName } from "../../protocol/simulation/scenario.ts";
import type { Profile } from "./profile.ts";
import { camera } from "./profiles/camera.ts";
import { controller } from "./profiles/controller.ts";
import { doorSensor } from "./profiles/door-sensor.ts";
import { energyMeter } from "./profiles/energy-meter.ts";
import { kiosk } from "./profiles/kiosk.ts";
import { paymentTerminal } from "./profiles/payment-terminal.ts";
import { thermostat } from "./profiles/thermostat.ts";

/** Every kind of device there is to simulate. */
// The state of a profile is its own; the simulator only hands it back.
export const PROFILES: Record<ProfileName, Profile> = {
  "payment-terminal": paymentTerminal as Profile,
  thermostat: thermostat as Profile,
  "energy-meter": energyMeter as Profile,
  "door-sensor": doorSensor as Profile,
  kiosk: kiosk as Profile,
  camera: camera as Profile,
  controller: controller as Profile,
};
