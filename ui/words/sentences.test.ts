import { describe, expect, test } from "bun:test";
import { CONNECTIVITIES, HEALTHS } from "../../protocol/devices/device.ts";
import { makeEstate } from "../testing/fixtures.ts";
import { wordsOf } from "./catalogues.ts";
import { seenNow } from "./overview-words.ts";
import {
  connectionReason,
  connectivityState,
  deviceSentence,
  gatewaysSentence,
  healthReason,
  healthState,
  healthyOf,
  overviewSentence,
  siteState,
  troubles,
  worstFirst,
} from "./words.ts";

const words = wordsOf("en");

const estate = makeEstate(Date.UTC(2026, 10, 23));
const terminal = (connectivity: "online" | "offline", health: "healthy" | "error" | "unknown") => ({
  type: "payment-terminal",
  connectivity,
  health,
});

describe("states", () => {
  test("no two states of one kind share a shape, so that colour is never needed to tell them apart", () => {
    for (const states of [
      CONNECTIVITIES.map((of) => connectivityState(words, of)),
      HEALTHS.map((of) => healthState(words, of)),
    ]) {
      const shapes = states.map(({ shape }) => shape);
      expect(new Set(shapes).size).toBe(shapes.length);
    }
  });
});

describe("titles", () => {
  test("a site counts who is online and healthy", () => {
    expect(healthyOf(words, [])).toBe("no devices yet");
    expect(healthyOf(words, [terminal("online", "healthy"), terminal("online", "error")])).toBe(
      "1 of 2 payment terminals healthy",
    );
    expect(healthyOf(words, [terminal("online", "healthy"), terminal("offline", "healthy")])).toBe(
      "1 of 2 payment terminals healthy",
    );
  });

  test("a site does not call healthy what it knows nothing about", () => {
    expect(healthyOf(words, [terminal("online", "unknown"), terminal("offline", "healthy")])).toBe(
      "1 of 2 payment terminals online",
    );
  });

  test("the overview says what to do with it", () => {
    const { overview } = estate;
    expect(overviewSentence(words, overview, 7)).toBe("46 of 55 devices online, 7 need attention");
    expect(overviewSentence(words, overview, 1)).toBe("46 of 55 devices online, 1 needs attention");
    expect(overviewSentence(words, overview, 0)).toBe("46 of 55 devices online, all is well");
    const cutOff = {
      sites: 2,
      devices: { ...overview.devices, connectivity: { online: 40, late: 0, offline: 1, never: 0 } },
    };
    const { health } = overview.devices;
    expect(seenNow({ ...overview, cutOff })).toMatchObject({ errors: 0, warnings: 0 });
    expect(seenNow(overview)).toMatchObject({ errors: health.error, warnings: health.warning });
    expect(overviewSentence(words, { ...overview, cutOff }, 2)).toBe(
      "6 of 55 devices online, 2 need attention",
    );
    expect(overviewSentence(words, { ...overview, sites: { total: 0, withProblems: 0 } }, 0)).toBe(
      "No sites yet",
    );
    expect(overviewSentence(words, { ...overview, devices: { ...overview.devices, total: 0 } }, 0)).toBe(
      "12 sites, no devices yet",
    );
  });

  test("a device has a sentence for each of its states, and none is the same as another of equal meaning", () => {
    expect(deviceSentence(words, "Till 3", { connectivity: "online", health: "healthy" })).toBe(
      "Till 3 is online and healthy",
    );
    expect(deviceSentence(words, "Till 3", { connectivity: "never", health: "unknown" })).toBe(
      "Till 3 has not been heard from yet",
    );
    expect(deviceSentence(words, "Till 3", { connectivity: "offline", health: "error" })).toBe(
      "Till 3 is offline with an error",
    );
    expect(deviceSentence(words, "Till 3", { connectivity: "online", health: "healthy" }, false)).toBe(
      "Till 3: its gateway is not connected",
    );
    for (const connectivity of CONNECTIVITIES) {
      for (const health of HEALTHS) {
        const sentence = deviceSentence(words, "Till 3", { connectivity, health });
        expect(sentence).toStartWith("Till 3 ");
        if (connectivity !== "online") expect(sentence).not.toContain("online");
      }
    }
  });

  test("gateways are counted without those that were revoked", () => {
    const gateway = { connected: true, revoked: false };
    expect(gatewaysSentence(words, [], 0)).toBe("No gateways yet");
    expect(gatewaysSentence(words, [gateway, { connected: false, revoked: true }], 2)).toBe(
      "1 of 1 gateway connected",
    );
    expect(gatewaysSentence(words, [gateway], 80)).toBe("80 gateways");
  });
});

describe("reasons", () => {
  test("health and connection each have their own", () => {
    const away = {
      connectivity: "offline",
      connectivityReason: "it said goodbye",
      gatewayConnected: true,
    } as const;
    expect(connectionReason(words, away)).toBe("It said goodbye");
    expect(connectionReason(words, { ...away, connectivity: "online" })).toBe("");
    expect(connectionReason(words, { ...away, connectivity: "online", gatewayConnected: false })).toBe(
      "Its gateway is not connected",
    );
    expect(connectionReason(words, { ...away, connectivity: "never", gatewayConnected: false })).toBe(
      "Registered, and not heard from since",
    );
    expect(connectionReason(words, { ...away, connectivity: "late", connectivityReason: null })).toBe("");
    expect(healthReason(words, { health: "error", healthReasons: ["Fault E32."] })).toBe("Fault E32.");
    expect(healthReason(words, { health: "healthy", healthReasons: ["stale"] })).toBe("");
  });
});

describe("sites", () => {
  const said = (name: string) => {
    const site = estate.sites.find((candidate) => candidate.name === name)!;
    return [siteState(words, site).word, troubles(words, site.devices)];
  };

  test("a site shows the worst that is true of it", () => {
    expect(said("Cardiff Bay")).toEqual(["All well", ""]);
    expect(said("Bristol Harbour")).toEqual(["Warning", "1 warning"]);
    expect(said("Porto Ribeira")).toEqual(["Error", "1 in error"]);
    expect(said("Aarhus")).toEqual(["Device offline", "1 offline, 1 warning"]);
    expect(said("Bologna Centrale")).toEqual(["Gateway offline", "5 offline"]);
    expect(said("Valencia Russafa")).toEqual(["Device late", "1 late"]);
    expect(said("Galway Eyre Square")).toEqual(["No gateway", ""]);
    expect(said("Utrecht Oudegracht")).toEqual(["Device never seen", "1 never seen"]);
  });

  test("a site with a gateway and no device is not called well", () => {
    const site = estate.sites[0]!;
    expect(siteState(words, { ...site, devices: { ...site.devices, total: 0 } }).word).toBe("No devices");
  });

  test("the worst come first, equals by name", () => {
    const names = worstFirst(words, estate.sites).map(({ site }) => site.name);
    expect(names[0]).toBe("Porto Ribeira");
    expect(names.indexOf("Aarhus")).toBeLessThan(names.indexOf("Lyon Part-Dieu"));
    expect(names.at(-1)).toBe("Leeds Station");
  });
});
