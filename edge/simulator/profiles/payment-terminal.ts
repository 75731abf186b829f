import { MINUTE } from "../../../protocol/units.ts";
import type { Profile } from "../profile.ts";
import { clamp, count, gaussian, relax, round } from "../signals.ts";

interface State {
  transactions: number;
  latencyMs: number;
  battery: number;
  charging: boolean;
}

const TRANSACTIONS_PER_HOUR = 46;

/** A card terminal: sells with the guests, waits for the payment gateway, lives in its cradle between sales. */
export const paymentTerminal: Profile<State> = {
  name: "payment-terminal",
  attributes: (index) => ({
    type: "payment-terminal",
    model: "Tessera P400",
    firmware: "7.12.0",
    serial: `P4-${310_000 + index * 101}`,
  }),
  begin: ({ random }) => ({
    transactions: 0,
    latencyMs: 240,
    battery: 70 + random.next() * 30,
    charging: true,
  }),
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const busy = surroundings.busyness(atMs);
    const sales = count(TRANSACTIONS_PER_HOUR * busy, elapsedMs, random);
    const charging = state.charging ? state.battery < 99.5 : state.battery < 35;
    const perMinute = charging ? 0.9 : -(0.05 + 0.12 * busy);
    const battery = clamp(state.battery + perMinute * (elapsedMs / MINUTE) - sales * 0.05, 0, 100);
    const latencyMs = relax(state.latencyMs, 210 + 190 * busy, elapsedMs, 3 * MINUTE);
    return {
      state: { transactions: state.transactions + sales, latencyMs, battery, charging },
      values: {
        transactions: state.transactions + sales,
        latency: Math.round(Math.max(60, latencyMs + gaussian(random) * 28)),
        battery: round(battery, 1),
        charging,
        errorCode: "",
      },
    };
  },
};
