import type { Random } from "../../protocol/random.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import type { Suffering, Work } from "./fault.ts";
import type { ActiveFault } from "./faults.ts";

/** What all faults that a device has come to together. */
export class DeviceFaults {
  readonly #active: () => readonly ActiveFault[];
  readonly #random: Random;
  readonly #phase: number;
  /** The faults for which it is sick, by id. */
  #sick: ReadonlySet<string> = new Set();
  #hasBattery = false;
  #saidError = false;

  constructor(active: () => readonly ActiveFault[], random: Random) {
    this.#active = active;
    this.#random = random;
    this.#phase = random.next();
  }

  get sick(): readonly string[] {
    return [...this.#sick];
  }

  set sick(ids: readonly string[]) {
    this.#sick = new Set(ids);
  }

  get isAlive(): boolean {
    return !this.#active().some((one) => one.fault.isDead?.(this.#suffering(one)) ?? false);
  }

  /** Whether it can be on the line. */
  get isUp(): boolean {
    if (!this.isAlive) return false;
    return this.#active().every((one) => one.fault.isUp?.(this.#suffering(one)) ?? true);
  }

  /** Whether it comes back to the line with all others at the same moment. */
  get atOnce(): boolean {
    return this.#active().some(({ fault }) => fault.atOnce === true);
  }

  get clockAheadMs(): number {
    return this.#sum((one) => one.fault.clockAheadMs?.(this.#suffering(one)));
  }

  get delayMs(): number {
    return this.#sum((one) => one.fault.delayMs?.(this.#suffering(one)));
  }

  refuses(work: Work): string | null {
    for (const { fault } of this.#active()) {
      const reason = fault.refuses?.[work];
      if (reason !== undefined) return reason;
    }
    return null;
  }

  /** Work failed: the device shows it from now on, as long as the cause lasts. */
  sicken(work: Work): void {
    const causes = this.#active().filter(({ fault }) => fault.refuses?.[work] !== undefined);
    this.#sick = new Set([...this.#sick, ...causes.map(({ id }) => id)]);
  }

  /** What it measures with all that it has. */
  values(measured: Record<string, Value>): Record<string, Value> {
    this.#hasBattery = typeof measured.battery === "number";
    let values = measured;
    const active = this.#active();
    for (const one of active) values = one.fault.values?.(values, this.#suffering(one)) ?? values;
    const still = active.filter(({ id }) => this.#sick.has(id));
    if (still.length < this.#sick.size) this.#sick = new Set(still.map(({ id }) => id));
    const code = still.find(({ fault }) => fault.sickAfterwards !== undefined)?.fault.sickAfterwards;
    if (code !== undefined) values = { ...values, errorCode: code };
    if (values.errorCode !== undefined && values.errorCode !== "") this.#saidError = true;
    // What said an error has to say that it is gone.
    else if (this.#saidError) values = { ...values, errorCode: "" };
    return values;
  }

  /** The message as it leaves the device. */
  spoil(text: string): string {
    return this.#active().reduce((before, { fault }) => fault.garble?.(before, this.#random) ?? before, text);
  }

  #sum(of: (one: ActiveFault) => number | undefined): number {
    return this.#active().reduce((sum, one) => sum + (of(one) ?? 0), 0);
  }

  #suffering({ elapsedMs, seconds }: ActiveFault): Suffering {
    return { elapsedMs, seconds, phase: this.#phase, hasBattery: this.#hasBattery };
  }
}
