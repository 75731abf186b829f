import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { SECOND } from "../../protocol/units.ts";
import { DRAIN_MS } from "./live.ts";
import { SLOW_BYTES } from "./outbox.ts";
import { LINGER_MS } from "./rooms.ts";
import { type FakeBrowser, id, type LiveFixture, startLive } from "./testing/start-live.ts";

/** Any order of changes, cuts and slow lines, against what a page must know in the end. */

let fixture: LiveFixture;
beforeAll(async () => {
  fixture = await startLive();
});
afterAll(async () => fixture[Symbol.asyncDispose]());

const DEVICES = 3;
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ change: fc.nat(DEVICES - 1) }) },
    { weight: 2, arbitrary: fc.constant({ cut: true }) },
    { weight: 2, arbitrary: fc.constant({ open: true }) },
    { weight: 1, arbitrary: fc.record({ slow: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ waitSeconds: fc.nat(20) }) },
  ),
  { maxLength: 60, size: "max" },
);
type Step = { change?: number; cut?: true; open?: true; slow?: boolean; waitSeconds?: number };

let organizations = 0;

/** A page, as the dashboard keeps one: the last id it saw, and the newest it knows of each device. */
class Page {
  readonly known = new Map<string, number>();
  readonly numbers: number[] = [];
  #after: string;
  #browser: FakeBrowser | null = null;
  readonly #organization: string;
  /** When it last had a line, or was rendered. */
  #presentMs = fixture.clock.monotonicMs();
  /** It was sent less than all there was: a slow line, or too late. */
  skipped = false;

  constructor(organization: string) {
    this.#organization = organization;
    this.#after = fixture.live.position({
      userId: "u",
      organizationId: organization,
      role: "viewer",
      permissions: [],
    });
  }

  open(truth: ReadonlyMap<string, number>): void {
    if (this.#browser !== null) return;
    this.#browser = fixture.open(this.#organization, "t", undefined, { after: this.#after });
    this.take(truth);
  }

  cut(truth: ReadonlyMap<string, number>): void {
    if (this.#browser === null) return;
    this.take(truth);
    fixture.live.close(this.#browser);
    this.#browser = null;
    this.#presentMs = fixture.clock.monotonicMs();
  }

  slow(isSlow: boolean): void {
    if (this.#browser === null) return;
    this.#browser.buffered = isSlow ? SLOW_BYTES : 0;
    this.skipped ||= isSlow;
  }

  /** Reads what was sent. What the API says, `truth`, is asked for where the cloud says so. */
  take(truth: ReadonlyMap<string, number>): void {
    const { heard, ids } = this.#browser!;
    const seqs = ids.map((one) => Number(one.split(":")[1]));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    for (const event of heard.splice(0)) {
      if (event.type === "device:status") {
        this.numbers.push(event.since);
        this.known.set(event.device, event.since);
      } else if (event.type === "resync") {
        expect(fixture.clock.monotonicMs() - this.#presentMs).toBeGreaterThanOrEqual(LINGER_MS);
        this.skipped = true;
        for (const [device, since] of truth) this.known.set(device, since);
      }
    }
    this.#after = ids.at(-1) ?? this.#after;
  }
}

test("a page knows the newest of each device in the end, and unless it was slow or late, heard each change once", () => {
  fc.assert(
    fc.property(steps, (walk) => {
      organizations += 1;
      const organization = `o${organizations}`;
      const truth = new Map<string, number>();
      const page = new Page(organization);
      let number = 0;
      for (const { change, cut, open, slow, waitSeconds } of walk as Step[]) {
        if (change !== undefined) {
          number += 1;
          truth.set(id(change), number);
          fixture.live.publish(organization, {
            type: "device:status",
            device: id(change),
            site: id(9),
            connectivity: "online",
            health: "healthy",
            since: number,
          });
        }
        if (cut) page.cut(truth);
        if (open) page.open(truth);
        if (slow !== undefined) page.slow(slow);
        if (waitSeconds !== undefined) fixture.clock.advance(waitSeconds * SECOND);
      }
      page.open(truth);
      page.slow(false);
      fixture.clock.advance(DRAIN_MS);
      page.take(truth);
      expect(page.known).toEqual(truth);
      if (!page.skipped) expect(page.numbers).toEqual(Array.from({ length: number }, (_, at) => at + 1));
      page.cut(truth);
      fixture.clock.advance(LINGER_MS);
    }),
    { numRuns: 300 },
  );
});
