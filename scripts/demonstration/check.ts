import { readFileSync } from "node:fs";
import { Api } from "./api.ts";
import { type Demo, SCENARIO } from "./demo.ts";

interface Device {
  id: string;
  key: string;
  type: string;
}

export interface CheckFigures {
  devices: number;
  kinds: number;
  /** Values of all metrics, each with its time, that the API has given. */
  readings: number;
}

/**
 * Waits until telemetry of every simulated device is readable through the API. Throws what is missing when `endMs`
 * (of `performance.now()`) has come.
 */
export async function checkDemo(demo: Demo, endMs: number): Promise<CheckFigures> {
  const api = new Api(demo.url);
  await api.login(demo.login.email, demo.login.password);
  const expected = expectedDevices();
  let missing = "no device has appeared in the cloud";
  while (performance.now() < endMs) {
    const { items } = await api.get<{ items: Device[] }>("/devices?provenance=simulated&limit=500");
    if (items.length >= expected) {
      const counts = await Promise.all(items.map((device) => readingsOf(api, device.id)));
      const silent = items.filter((_, index) => counts[index] === 0).map((device) => device.key);
      const untyped = items.filter((device) => device.type === "unknown").map((device) => device.key);
      if (silent.length === 0 && untyped.length === 0) {
        const readings = counts.reduce((sum, count) => sum + count, 0);
        return { devices: items.length, kinds: new Set(items.map((device) => device.type)).size, readings };
      }
      missing = `no telemetry of ${silent.join(", ") || "none"}; no state of ${untyped.join(", ") || "none"}`;
    } else if (items.length > 0) {
      missing = `${items.length} of ${expected} devices have appeared`;
    }
    await Promise.race([Bun.sleep(250), demo.crashed]);
  }
  throw new Error(missing);
}

/** How many devices the demo's scenario has. */
function expectedDevices(): number {
  const scenario = Bun.TOML.parse(readFileSync(SCENARIO, "utf8")) as { devices: { names: string[] }[] };
  return scenario.devices.reduce((sum, { names }) => sum + names.length, 0);
}

/** Counts the values of all metrics of a device. Reading one makes the gateway send what it has of the device. */
async function readingsOf(api: Api, id: string): Promise<number> {
  const countOf = async (query: string): Promise<number> => {
    // Before its first reading a device has no metric, which the API says as "not found".
    const { points } = await api
      .get<{ points: [number, number, number, number, number][] }>(
        `/devices/${id}/telemetry?points=1${query}`,
      )
      .catch(() => ({ points: [] }));
    return points.reduce((sum, point) => sum + point[4], 0);
  };
  await countOf("");
  const metrics = await api.get<{ metric: string }[]>(`/devices/${id}/metrics`);
  const counts = await Promise.all(
    metrics.map(({ metric }) => countOf(`&metric=${encodeURIComponent(metric)}`)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
