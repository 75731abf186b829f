import { MINUTE } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { clamp, gaussian, relax, round } from "../signals.ts";

interface State {
  cpu: number;
  memory: number;
  disk: number;
  uptimeSeconds: number;
  screen: "menu" | "order" | "pay" | "asleep";
}

const SCREENS = ["menu", "order", "pay"] as const;

/** An ordering kiosk: a small computer behind a touch screen, asleep when the site is closed. */
export const kiosk: Profile<State> = {
  name: "kiosk",
  attributes: (index) => ({
    type: "kiosk",
    model: "Ordana K21",
    firmware: "2026.9",
    serial: `OK-${900 + index}`,
  }),
  begin: ({ random }) => ({
    cpu: 8,
    memory: 48,
    disk: 31 + random.next() * 20,
    uptimeSeconds: Math.floor(random.next() * 400_000),
    screen: "menu",
  }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const open = surroundings.isOpen(atMs);
    const busy = surroundings.busyness(atMs);
    const turns = open && random.next() < busy * 0.35;
    const screen = !open ? "asleep" : turns || state.screen === "asleep" ? pick(random.next()) : state.screen;
    const cpu = relax(state.cpu, (open ? 9 : 2) + (screen === "menu" ? 0 : 34) * busy, elapsedMs, 15_000);
    const memory = relax(state.memory, 46 + 12 * busy, elapsedMs, 20 * MINUTE);
    const next: State = {
      cpu,
      memory,
      disk: Math.min(97, state.disk + elapsedMs * 2e-10),
      uptimeSeconds: state.uptimeSeconds + elapsedMs / 1_000,
      screen,
    };
    return {
      state: next,
      values: {
        cpu: round(clamp(cpu + gaussian(random) * 2.5, 0, 100), 1),
        memory: round(clamp(memory + gaussian(random) * 0.4, 0, 100), 1),
        disk: round(next.disk, 1),
        uptime: Math.floor(next.uptimeSeconds),
        screen,
      },
    };
  },
};

function pick(dice: number): (typeof SCREENS)[number] {
  return SCREENS[Math.floor(dice * SCREENS.length)] ?? "menu";
}
