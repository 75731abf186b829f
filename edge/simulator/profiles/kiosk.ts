import { DAY, HOUR, MINUTE, SECOND } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { between, clamp, gaussian, happens, relax, round } from "../signals.ts";

type Screen = "menu" | "order" | "pay" | "asleep";

interface State {
  screen: Screen;
  orders: number;
  cpu: number;
  memory: number;
  disk: number;
  uptimeSeconds: number;
}

/** Guests who step up to it when it is busiest, and how long they take to choose and to pay. */
const GUESTS_PER_HOUR = 70;
const CHOOSING_MS = 50 * SECOND;
const PAYING_MS = 18 * SECOND;
/** What each screen asks of the processor, %. */
const CPU: Record<Screen, number> = { asleep: 2, menu: 9, order: 34, pay: 21 };
/** Its logs, % of the disk a day. */
const DISK_PER_DAY = 0.02;

/** An ordering kiosk: a small computer behind a touch screen, asleep when the site is closed. */
export const kiosk: Profile<State> = {
  name: "kiosk",
  attributes: (serial) => ({
    type: "kiosk",
    model: "Ordana K21",
    firmware: "2026.9",
    serial: `OK-${serial}`,
  }),
  begin: ({ random }) => ({
    screen: "menu",
    orders: 0,
    cpu: CPU.menu,
    memory: 48,
    disk: between(31, 51, random),
    uptimeSeconds: Math.floor(between(0, 400_000, random)),
  }),
  step(state, moment) {
    const { atMs, elapsedMs, random, surroundings } = moment;
    const screen = surroundings.isOpen(atMs) ? turn(state.screen, moment) : "asleep";
    const cpu = relax(state.cpu, CPU[screen], elapsedMs, 8 * SECOND);
    const memory = relax(state.memory, 46 + 12 * surroundings.busyness(atMs), elapsedMs, 20 * MINUTE);
    const next: State = {
      screen,
      orders: state.orders + (state.screen === "pay" && screen === "menu" ? 1 : 0),
      cpu,
      memory,
      disk: Math.min(97, state.disk + DISK_PER_DAY * (elapsedMs / DAY)),
      uptimeSeconds: state.uptimeSeconds + elapsedMs / SECOND,
    };
    return {
      state: next,
      values: {
        screen,
        orders: next.orders,
        cpu: round(clamp(cpu + gaussian(random) * 1.5, 0, 100), 1),
        memory: round(clamp(memory + gaussian(random) * 0.4, 0, 100), 1),
        disk: round(next.disk, 1),
        uptime: Math.floor(next.uptimeSeconds),
      },
    };
  },
};

/** A guest's way through the screens: menu, order, pay, and the menu again for the next. */
function turn(
  screen: Screen,
  { atMs, elapsedMs, random, surroundings }: Parameters<typeof kiosk.step>[1],
): Screen {
  const after = (ms: number): boolean => happens(HOUR / ms, elapsedMs, random);
  switch (screen) {
    case "asleep":
      return "menu";
    case "menu":
      return happens(GUESTS_PER_HOUR * surroundings.busyness(atMs), elapsedMs, random) ? "order" : "menu";
    case "order":
      return after(CHOOSING_MS) ? "pay" : "order";
    case "pay":
      return after(PAYING_MS) ? "menu" : "pay";
  }
}
