import type { ScenarioName } from "../../../protocol/simulation/built-in.ts";
import type { FaultName } from "../../../protocol/simulation/fault.ts";
import type { ProfileName } from "../../../protocol/simulation/scenario.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** Simulated devices at sites: what runs, what is wrong with it, and how it is started. */
export function simulation({ count, counted }: Forms) {
  const devices = { one: "device", other: "devices" };
  return {
    title: "Simulation",
    none: "No simulation runs",
    running: (total: number) => counted(total, { one: "simulation runs", other: "simulations run" }),
    byCommand: (total: number) =>
      `${counted(total, { one: "simulated device runs", other: "simulated devices run" })} from the command line`,
    byCommandText:
      "Whoever ran `homepot-edge simulate` at a gateway ends them there. What is started from here is listed here, and can be stopped and disturbed here.",
    byCommandShow: "Show them",
    byCommandAt: (total: number, site: string) =>
      `${counted(total, { one: "simulated device", other: "simulated devices" })} at ${site}, run from the command line`,
    start: "Start a simulation",
    startAt: (site: string) => `Start another at ${site}`,
    emptyTitle: "Devices that only pretend",
    emptyText:
      "A site's gateway runs simulated terminals, meters, doors and more, as real MQTT clients. Try a rollout, or let things go wrong, before a real device does.",
    site: "Site",
    scenario: "Scenario",
    state: "State",
    devices: "Devices",
    rate: "Messages a second",
    faults: "Faults",
    deviceNoun: devices,
    stateOf: {
      waiting: "Waiting for the gateway",
      running: "Running",
      stopped: "Stopped",
      failed: "Cannot run",
      command: "Run from the command line",
    },
    gatewayAway: "The gateway is away. It goes on with what it runs, and hears of changes when it is back.",
    connectedOf: (connected: number, total: number) => `${count(connected)} of ${counted(total, devices)}`,
    connectedTitle: (connected: number, total: number) =>
      `${count(connected)} of ${counted(total, { one: "simulated device", other: "simulated devices" })} connected`,
    waitingTitle: (site: string) => `${site}: waiting for the gateway`,
    stoppedTitle: (site: string) => `No simulation runs at ${site}`,
    failedTitle: (site: string) => `The simulation at ${site} cannot run`,
    messages: "Messages",
    seed: "Seed",
    started: "Started",
    startedBy: (when: Slot, who: string): Rich => [when, ` by ${who}`],
    told: "Told by the gateway",
    trouble: "In the way",
    allDevices: "All its devices",
    shown: (some: number, all: number) => `${count(some)} of ${count(all)}`,
    noFaults: "Nothing is wrong",
    noFaultsText:
      "Every device does what it should. Choose a fault below to see what happens when one does not.",
    what: "What is wrong",
    which: "Which devices",
    since: "From when",
    counts: "Counts now",
    yes: "Yes",
    notYet: "Not now",
    fromStart: "From the start",
    fromScenario: (when: string) => `${when} after the start`,
    fromTo: (when: string, until: string) => `${when} to ${until} after the start`,
    injected: "Since it was injected",
    clear: "Take it away",
    clearOf: (fault: string, which: string) => `Take away: ${fault}, ${which}`,
    inject: "Let something go wrong",
    injectText: "The fault lasts until you take it away.",
    whichHint: "Ids of devices, separated by spaces. * stands for anything: till-* means every till.",
    seconds: "Seconds",
    secondsHint: "Only for faults with a time of their own; empty means what is usual.",
    injectVerb: "Inject",
    stop: "Stop",
    stopQuestion: (site: string) => `Stop the simulation at ${site}?`,
    stopText: "Its devices say goodbye and go offline.",
    removeDevices: "Remove its devices too",
    stopVerb: "Stop the simulation",
    startTitle: "Start a simulation",
    startText:
      "The site's gateway runs the devices. They are marked as simulated everywhere, and a real device is never taken over.",
    siteHint: "A site with a gateway. What runs there already ends.",
    noSites: "No site has a gateway yet",
    noSitesText: "Simulated devices run on a site's gateway. Add one first.",
    addGateway: "Add gateway",
    own: "Your own",
    ownAbout: "As many of each kind as you say below.",
    howMany: "How many of each",
    howManyText: "They count for “Your own” only.",
    seedHint: "A whole number. The same seed gives the same devices and the same days.",
    startVerb: "Start",
    aboutOf: (about: string, total: number) => `${about} ${counted(total, devices)}.`,
    scenarios: {
      restaurant: "A restaurant",
      "payment-rollout": "Payment rollout",
      "bad-day": "A bad day",
      thousand: "A thousand devices",
    } satisfies Record<ScenarioName, string>,
    abouts: {
      restaurant: "Tills, kiosks, thermostats, a cold room, doors and meters that follow the guests.",
      "payment-rollout":
        "Five payment terminals; the payment gateway rejects the new configuration of the fourth until you take the cause away.",
      "bad-day":
        "Everything that goes wrong in the field within half an hour: loose plugs, empty batteries, full disks, wrong clocks.",
      thousand:
        "Every kind of device, a message every five seconds from each, to see what a gateway carries.",
    } satisfies Record<ScenarioName, string>,
    profiles: {
      "payment-terminal": "Payment terminals",
      thermostat: "Thermostats",
      "energy-meter": "Energy meters",
      "door-sensor": "Door sensors",
      kiosk: "Kiosks",
      camera: "Cameras",
      controller: "Ventilation controllers",
    } satisfies Record<ProfileName, string>,
    faultNames: {
      offline: "Unplugged",
      flapping: "Loose plug",
      "reconnect-storm": "Reconnect storm",
      slow: "Slow answers",
      "wrong-payloads": "Wrong payloads",
      "clock-skew": "Wrong clock",
      "battery-decay": "Worn battery",
      "disk-full": "Full disk",
      "firmware-fails": "Firmware fails",
      "config-rejected": "Configuration rejected",
    } satisfies Record<FaultName, string>,
    faultAbouts: {
      offline: "gone without a goodbye",
      flapping: "up for a while, away for a while",
      "reconnect-storm": "all are cut off and come back at the same moment",
      slow: "every answer comes late",
      "wrong-payloads": "sends what no gateway takes",
      "clock-skew": "stamps its values with a wrong time",
      "battery-decay": "empties in minutes, then dead",
      "disk-full": "takes no configuration and no firmware",
      "firmware-fails": "goes back to the firmware it had",
      "config-rejected": "puts the configuration before back",
    } satisfies Record<FaultName, string>,
  };
}

export type SimulationWords = ReturnType<typeof simulation>;
