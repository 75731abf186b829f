import type { Simulation } from "../../protocol/simulation/simulation.ts";

const AT = "2026-11-23T13:40:00.000Z";

/** The rollout of a payment gateway at a site, one of whose terminals it rejects. */
export function makeSimulation(
  site: { id: string; name: string },
  more: Partial<Simulation> = {},
): Simulation {
  return {
    siteId: site.id,
    siteName: site.name,
    gatewayId: site.id,
    gatewayConnected: true,
    wanted: "running",
    runId: site.id,
    scenario: {
      name: "Payment rollout",
      seed: 5,
      timeZone: "Europe/London",
      devices: [{ profile: "payment-terminal", keyPrefix: "terminal", count: 5, intervalSeconds: 3 }],
    },
    startedAt: AT,
    startedBy: "Ann",
    reported: {
      ...{
        run: site.id,
        state: "running",
        devices: 5,
        connected: 4,
        messages: 2_410,
        messagesPerSecond: 1.6,
      },
      ...{ faults: [{ id: "scenario-1", devices: 1 }], trouble: "terminal-2: not authorized", at: AT },
    },
    faults: [
      {
        ...{ id: "scenario-1", what: "config-rejected", which: ["terminal-4"], seconds: null, devices: 1 },
        ...{ origin: "scenario", when: "0s", until: "20m", active: true },
      },
      {
        ...{ id: "injected", what: "flapping", which: ["terminal-1", "terminal-2"], seconds: 20, devices: 2 },
        ...{ origin: "injected", when: null, until: null, active: false },
      },
    ],
    ...more,
  };
}
