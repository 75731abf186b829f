import { Api } from "./api.ts";
import type { Demo } from "./demo.ts";

interface Device {
  id: string;
  key: string;
  provenance: string;
}

export interface CheckFigures {
  devices: number;
  kinds: number;
  readings: number;
}

/** The devices of the demo's scenario. */
const EXPECTED_DEVICES = 15;

/** Waits until telemetry of every simulated device is readable through the API. Throws what is missing at the end. */
export async function checkDemo(demo: Demo, limitMs: number): Promise<CheckFigures> {
  const api = new Api(demo.url);
  await api.login(demo.login.email, demo.login.password);
  const endMs = performance.now() + limitMs;
  let missing = "no device has appeared in the cloud";
  while (performance.now() < endMs) {
    const { items } = await api.get<{ items: (Device & { type: string })[] }>(
      "/devices?provenance=simulated&limit=500",
    );
    if (items.length >= EXPECTED_DEVICES) {
      const counts = await Promise.all(items.map((device) => readingsOf(api, device.id)));
      const silent = items.filter((_, index) => counts[index] === 0).map((device) => device.key);
      const untyped = items.filter((device) => device.type === "unknown").map((device) => device.key);
      if (silent.length === 0 && untyped.length === 0) {
        const readings = counts.reduce((sum, count) => sum + count, 0);
        return { devices: items.length, kinds: new Set(items.map((device) => device.type)).size, readings };
      }
      missing = `no telemetry of ${silent.join(", ") || "none"}; no state of ${untyped.join(", ") || "none"}`;
    } else if (items.length > 0) {
      missing = `${items.length} of ${EXPECTED_DEVICES} devices have appeared`;
    }
    await Promise.race([Bun.sleep(250), demo.crashed]);
  }
  throw new Error(missing);
}

async function readingsOf(api: Api, id: string): Promise<number> {
  // Before its first reading a device has no metric, which the API says as "not found".
  const series = await api
    .get<{ points: [number, number, number, number, number][] }>(`/devices/${id}/telemetry?points=1`)
    .catch(() => ({ points: [] }));
  return series.points.reduce((sum, point) => sum + point[4], 0);
}
