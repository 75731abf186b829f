import { HOUR, MINUTE } from "../../../protocol/units.ts";
import { PAYMENT_SETTINGS } from "../payment-config.ts";
import type { Profile } from "../profile.ts";
import { between, clamp, count, gaussian, relax, round } from "../signals.ts";

interface State {
  /** How much of the trade goes over this one: the bar sells more than the terrace. */
  share: number;
  transactions: number;
  declined: number;
  latencyMs: number;
  battery: number;
  charging: boolean;
}

const TRANSACTIONS_PER_HOUR = 46;
/** Of the cards, so many are refused by their bank. */
const DECLINED = 0.02;
/** What a sale takes from the battery, besides the time it takes. */
const BATTERY_PER_SALE = 0.05;

/** A card terminal: sells with the guests, waits for the payment gateway, is carried about and put in its cradle. */
export const paymentTerminal: Profile<State> = {
  name: "payment-terminal",
  attributes: (serial) => ({
    type: "payment-terminal",
    model: "Tessera P400",
    firmware: "7.12.0",
    serial: `P4-${serial}`,
  }),
  begin: ({ random }) => ({
    share: between(0.5, 1.3, random),
    transactions: 0,
    declined: 0,
    latencyMs: 240,
    battery: between(60, 100, random),
    charging: true,
  }),
  settings: PAYMENT_SETTINGS,
  step(state, { atMs, elapsedMs, random, surroundings }) {
    const busy = surroundings.busyness(atMs);
    const sales = count(TRANSACTIONS_PER_HOUR * state.share * busy, elapsedMs, random);
    const declined = sales === 0 ? 0 : Math.min(sales, count(sales * DECLINED, HOUR, random));
    const wanted = 190 + 160 * busy + surroundings.paymentDelayMs(atMs);
    const latencyMs = relax(state.latencyMs, wanted, elapsedMs, MINUTE);
    const charging = state.charging ? state.battery < 99.5 : state.battery < 35;
    const perMinute = charging ? 0.9 : -(0.05 + 0.12 * busy);
    const battery = clamp(
      state.battery + perMinute * (elapsedMs / MINUTE) - sales * BATTERY_PER_SALE,
      0,
      100,
    );
    const next: State = {
      share: state.share,
      transactions: state.transactions + sales,
      declined: state.declined + declined,
      latencyMs,
      battery,
      charging,
    };
    return {
      state: next,
      values: {
        transactions: next.transactions,
        declined: next.declined,
        latency: Math.round(Math.max(60, latencyMs * Math.exp(gaussian(random) * 0.12))),
        battery: round(battery, 1),
        charging,
        errorCode: "",
      },
    };
  },
};
