import type { Random } from "../../protocol/random.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import type { Suffering, Work } from "./fault.ts";
import type { ActiveFault } from "./faults.ts";

/** What all faults that a device has at a time of the run, ms, come to together. */
export class DeviceFaults {
  readonly #active: (atMs: number) => readonly ActiveFault[];
  readonly #phase: number;
  /** The faults for which it is sick, by id. */
  #sick: ReadonlySet<string> = new Set();
  #hasBattery = false;
  #saidError = false;

  /** `phase` is from 0 to 1, see {@link Suffering}. */
  constructor(active: (atMs: number) => readonly ActiveFault[], phase: number) {
    this.#active = active;
    this.#phase = phase;
  }

  /** Whether it has said an error, and has to say when that is gone. */
  get saidError(): boolean {
    return this.#saidError;
  }

  set saidError(said: boolean) {
    this.#saidError = said;
  }

  get sick(): readonly string[] {
    return [...this.#sick];
  }

  set sick(ids: readonly string[]) {
    this.#sick = new Set(ids);
  }

  isAlive(atMs: number): boolean {
    return !this.#active(atMs).some((one) => one.fault.isDead?.(this.#suffering(one)) ?? false);
  }

  /** Whether it can be on the line. */
  isUp(atMs: number): boolean {
    if (!this.isAlive(atMs)) return false;
    return this.#active(atMs).every((one) => one.fault.isUp?.(this.#suffering(one)) ?? true);
  }

  /** Whether it comes back to the line with all others at the same moment. */
  atOnce(atMs: number): boolean {
    return this.#active(atMs).some(({ fault }) => fault.atOnce === true);
  }

  clockAheadMs(atMs: number): number {
    return this.#sum(atMs, (one) => one.fault.clockAheadMs?.(this.#suffering(one)));
  }

  delayMs(atMs: number): number {
    return this.#sum(atMs, (one) => one.fault.delayMs?.(this.#suffering(one)));
  }

  refuses(work: Work, atMs: number): string | null {
    for (const { fault } of this.#active(atMs)) {
      const reason = fault.refuses?.[work];
      if (reason !== undefined) return reason;
    }
    return null;
  }

  /** Work failed: the device shows it from now on, as long as the cause lasts. */
  sicken(work: Work, atMs: number): void {
    const causes = this.#active(atMs).filter(({ fault }) => fault.refuses?.[work] !== undefined);
    this.#sick = new Set([...this.#sick, ...causes.map(({ id }) => id)]);
  }

  /** What it measures with all that it has. */
  values(measured: Record<string, Value>, atMs: number): Record<string, Value> {
    this.#hasBattery = typeof measured.battery === "number";
    let values = measured;
    const active = this.#active(atMs);
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
  spoil(text: string, dice: () => Random, atMs: number): string {
    return this.#active(atMs).reduce((before, { fault }) => fault.garble?.(before, dice()) ?? before, text);
  }

  #sum(atMs: number, of: (one: ActiveFault) => number | undefined): number {
    return this.#active(atMs).reduce((sum, one) => sum + (of(one) ?? 0), 0);
  }

  #suffering({ elapsedMs, seconds }: ActiveFault): Suffering {
    return { elapsedMs, seconds, phase: this.#phase, hasBattery: this.#hasBattery };
  }
}
