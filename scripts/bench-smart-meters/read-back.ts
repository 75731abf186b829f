import type { Device } from "../../protocol/devices/device.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import { DAY } from "../../protocol/units.ts";
import type { Cloud } from "../e2e/stack.ts";
import type { MeterGateways } from "./gateways.ts";
import { siteName } from "./gateways.ts";

/**
 * Asks the API for every reading of about so many meters, each metric, as a chart does; fails when it does not count
 * what was acknowledged: for each gateway each meter's messages. Gives how many points were read.
 */
export async function readBack(
  cloud: Cloud,
  { gateways, credentials }: MeterGateways,
  acknowledged: readonly (readonly number[])[],
  samples: number,
): Promise<number> {
  const toMs = Date.now();
  const sites = await cloud.api<{ items: { id: string; name: string }[] }>("/sites?limit=200");
  const all = gateways.length * credentials.length;
  const step = Math.max(1, Math.floor(all / samples));
  let points = 0;
  for (let nth = 0; nth < all; nth += step) {
    const place = Math.floor(nth / credentials.length);
    const index = nth % credentials.length;
    const key = credentials[index]!.device;
    const site = sites.items.find(({ name }) => name === siteName(place));
    const found = await cloud.api<{ items: Device[] }>(`/devices?limit=200&site=${site?.id}&q=${key}`);
    const id = found.items.find((device) => device.key === key)?.id;
    for (const metric of ["energy", "power", "voltage"]) {
      const span = `from=${toMs - DAY}&to=${toMs}`;
      const series = await cloud.api<Series>(`/devices/${id}/telemetry?metric=${metric}&points=100&${span}`);
      const counted = series.points.reduce((sum, point) => sum + point[4], 0);
      const sent = acknowledged[place]![index]!;
      if (counted !== sent) {
        throw new Error(
          `${key} of ${siteName(place)}: ${counted} of ${metric} are readable, ${sent} were acknowledged`,
        );
      }
      points += counted;
    }
  }
  return points;
}
