import { describe, expect, test } from "bun:test";
import { CONNECTIVITIES, HEALTHS } from "../../protocol/devices/device.ts";
import { makeEstate } from "../testing/fixtures.ts";
import {
  byWorst,
  CONNECTIVITY_WORDS,
  connectionReason,
  deviceSentence,
  gatewaysSentence,
  HEALTH_WORDS,
  healthReason,
  healthyOf,
  overviewSentence,
  siteState,
  troubles,
} from "./words.ts";

const estate = makeEstate(Date.UTC(2026, 10, 23));
const terminal = (connectivity: "online" | "offline", health: "healthy" | "error" | "unknown") => ({
  type: "payment-terminal",
  connectivity,
  health,
});

describe("states", () => {
  test("no two states of one kind share a shape, so that colour is never needed to tell them apart", () => {
    for (const words of [CONNECTIVITY_WORDS, HEALTH_WORDS]) {
      const shapes = Object.values(words).map(({ shape }) => shape);
      expect(new Set(shapes).size).toBe(shapes.length);
    }
  });
});

describe("titles", () => {
  test("a site counts who is online and healthy", () => {
    expect(healthyOf([])).toBe("no devices yet");
    expect(healthyOf([terminal("online", "healthy"), terminal("online", "error")])).toBe(
      "1 of 2 payment terminals healthy",
    );
    expect(healthyOf([terminal("online", "healthy"), terminal("offline", "healthy")])).toBe(
      "1 of 2 payment terminals healthy",
    );
  });

  test("a site does not call healthy what it knows nothing about", () => {
    expect(healthyOf([terminal("online", "unknown"), terminal("offline", "healthy")])).toBe(
      "1 of 2 payment terminals online",
    );
  });

  test("the overview says what to do with it", () => {
    const { overview } = estate;
    expect(overviewSentence(overview, 7)).toBe("46 of 55 devices online, 7 need attention");
    expect(overviewSentence(overview, 1)).toBe("46 of 55 devices online, 1 needs attention");
    expect(overviewSentence(overview, 0)).toBe("46 of 55 devices online, all is well");
    expect(overviewSentence({ ...overview, sites: { total: 0, withProblems: 0 } }, 0)).toBe("No sites yet");
    expect(overviewSentence({ ...overview, devices: { ...overview.devices, total: 0 } }, 0)).toBe(
      "12 sites, no devices yet",
    );
  });

  test("a device has a sentence for each of its states, and none is the same as another of equal meaning", () => {
    expect(deviceSentence("Till 3", { connectivity: "online", health: "healthy" })).toBe(
      "Till 3 is online and healthy",
    );
    expect(deviceSentence("Till 3", { connectivity: "never", health: "unknown" })).toBe(
      "Till 3 has not been heard from yet",
    );
    expect(deviceSentence("Till 3", { connectivity: "offline", health: "error" })).toBe(
      "Till 3 is offline with an error",
    );
    expect(deviceSentence("Till 3", { connectivity: "online", health: "healthy" }, false)).toBe(
      "Till 3: its gateway is not connected",
    );
    for (const connectivity of CONNECTIVITIES) {
      for (const health of HEALTHS) {
        const sentence = deviceSentence("Till 3", { connectivity, health });
        expect(sentence).toStartWith("Till 3 ");
        if (connectivity !== "online") expect(sentence).not.toContain("online");
      }
    }
  });

  test("gateways are counted without those that were revoked", () => {
    const gateway = { connected: true, revoked: false };
    expect(gatewaysSentence([], 0)).toBe("No gateways yet");
    expect(gatewaysSentence([gateway, { connected: false, revoked: true }], 2)).toBe(
      "1 of 1 gateway connected",
    );
    expect(gatewaysSentence([gateway], 80)).toBe("80 gateways");
  });
});

describe("reasons", () => {
  test("health and connection each have their own", () => {
    const away = {
      connectivity: "offline",
      connectivityReason: "it said goodbye",
      gatewayConnected: true,
    } as const;
    expect(connectionReason(away)).toBe("It said goodbye");
    expect(connectionReason({ ...away, connectivity: "online" })).toBe("");
    expect(connectionReason({ ...away, connectivity: "online", gatewayConnected: false })).toBe(
      "Its gateway is not connected",
    );
    expect(connectionReason({ ...away, connectivity: "never", gatewayConnected: false })).toBe(
      "Registered, and not heard from since",
    );
    expect(connectionReason({ ...away, connectivity: "late", connectivityReason: null })).toBe("");
    expect(healthReason({ health: "error", healthReasons: ["Fault E32."] })).toBe("Fault E32.");
    expect(healthReason({ health: "healthy", healthReasons: ["stale"] })).toBe("");
  });
});

describe("sites", () => {
  const words = (name: string) => {
    const site = estate.sites.find((candidate) => candidate.name === name)!;
    return [siteState(site).word, troubles(site.devices)];
  };

  test("a site shows the worst that is true of it", () => {
    expect(words("Cardiff Bay")).toEqual(["All well", ""]);
    expect(words("Bristol Harbour")).toEqual(["Warning", "1 warning"]);
    expect(words("Porto Ribeira")).toEqual(["Error", "1 in error"]);
    expect(words("Aarhus")).toEqual(["Device offline", "1 offline, 1 warning"]);
    expect(words("Bologna Centrale")).toEqual(["Gateway offline", "5 offline"]);
    expect(words("Valencia Russafa")).toEqual(["Device late", "1 late"]);
    expect(words("Galway Eyre Square")).toEqual(["No gateway", ""]);
    expect(words("Utrecht Oudegracht")).toEqual(["Device never seen", "1 never seen"]);
  });

  test("a site with a gateway and no device is not called well", () => {
    const site = estate.sites[0]!;
    expect(siteState({ ...site, devices: { ...site.devices, total: 0 } }).word).toBe("No devices");
  });

  test("the worst come first, equals by name", () => {
    const names = [...estate.sites].sort(byWorst).map((site) => site.name);
    expect(names[0]).toBe("Porto Ribeira");
    expect(names.indexOf("Aarhus")).toBeLessThan(names.indexOf("Lyon Part-Dieu"));
    expect(names.at(-1)).toBe("Leeds Station");
  });
});
