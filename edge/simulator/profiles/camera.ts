import { DAY, HOUR, MINUTE, SECOND } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { choiceSetting } from "../setting.ts";
import { between, clamp, gaussian, happens, relax, round } from "../signals.ts";

interface State {
  motion: boolean;
  events: number;
  bitrate: number;
  /** Its recorder's disk, %: old recordings are deleted when it is nearly full. */
  disk: number;
  celsius: number;
  uptimeSeconds: number;
}

/** People who walk into its view when it is busiest, how many by night, and how long they stay. */
const SEEN_PER_HOUR = 90;
const SEEN_PER_HOUR_CLOSED = 0.3;
const IN_VIEW_MS = 12 * SECOND;
/** Kilobits a second of a still picture by day, of the grey one its own lamp makes by night, and what motion adds. */
const STILL = { day: 1_400, night: 700 };
const MOTION_KBPS = 2_600;
/** Recordings, % of the disk a day; a tenth is freed when it is that full. */
const DISK_PER_DAY = 7;
const DISK_FREED_AT = 92;
const FREED = 10;

/** A camera's heartbeat: no pictures, but whether it sees, records, and how well it is. */
export const camera: Profile<State> = {
  name: "camera",
  attributes: (serial) => ({
    type: "camera",
    model: "Optiq D4",
    firmware: "4.8.2",
    serial: `OD-${serial}`,
  }),
  settings: { nightMode: choiceSetting(["auto", "on", "off"]) },
  begin: ({ random }) => ({
    motion: false,
    events: 0,
    bitrate: STILL.day,
    disk: between(70, 90, random),
    celsius: 30,
    uptimeSeconds: Math.floor(between(0, 2_000_000, random)),
  }),
  step(state, { atMs, elapsedMs, random, surroundings, config }) {
    const appears = happens(
      SEEN_PER_HOUR_CLOSED + SEEN_PER_HOUR * surroundings.busyness(atMs),
      elapsedMs,
      random,
    );
    const motion = appears || (state.motion && !happens(HOUR / IN_VIEW_MS, elapsedMs, random));
    const light = surroundings.daylight(atMs);
    const dark = config.nightMode === "on" || (config.nightMode !== "off" && light < 0.05);
    const still = dark ? STILL.night : STILL.day + 400 * light;
    const bitrate = relax(state.bitrate, still + (motion ? MOTION_KBPS : 0), elapsedMs, 3 * SECOND);
    // Its own warmth, and half of what is outside: it hangs at the door.
    const warmth = 24 + surroundings.outdoorCelsius(atMs) / 2 + (dark ? 4 : 0);
    const filled = state.disk + DISK_PER_DAY * (elapsedMs / DAY) * (bitrate / STILL.day);
    const next: State = {
      motion,
      events: state.events + (motion && !state.motion ? 1 : 0),
      bitrate,
      disk: filled > DISK_FREED_AT ? DISK_FREED_AT - FREED : filled,
      celsius: relax(state.celsius, warmth, elapsedMs, 40 * MINUTE),
      uptimeSeconds: state.uptimeSeconds + elapsedMs / SECOND,
    };
    return {
      state: next,
      values: {
        recording: true,
        motion,
        motionEvents: next.events,
        nightMode: dark,
        fps: Math.round(clamp(25 + gaussian(random) * 0.4, 0, 30)),
        bitrate: Math.round(Math.max(100, bitrate * (1 + gaussian(random) * 0.06))),
        disk: round(next.disk, 1),
        temperature: round(next.celsius + gaussian(random) * 0.1, 1),
        uptime: Math.floor(next.uptimeSeconds),
      },
    };
  },
};
