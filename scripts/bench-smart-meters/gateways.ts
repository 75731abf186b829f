import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, type DeviceCredential, Gateway } from "../e2e/stack.ts";
import { inParallel } from "./in-parallel.ts";

/** The gateways of an estate of meters, running, and what any of them lets in. */
export interface MeterGateways extends AsyncDisposable {
  gateways: Gateway[];
  credentials: DeviceCredential[];
}

/** Of the gateway at this place. */
export function siteName(place: number): string {
  return `Meters ${place + 1}`;
}

/**
 * So many gateways, each a process with a site of its own and with so many meters. The meters are added to one by the
 * command, and the others begin as copies of it, so that the names and passwords are the same at all.
 */
export async function startGateways(
  cloud: Cloud,
  {
    gateways,
    metersEach,
    sealAfterSeconds,
  }: { gateways: number; metersEach: number; sealAfterSeconds: number },
  say: (line: string) => void,
): Promise<MeterGateways> {
  await using template = await Gateway.create();
  const keys = Array.from({ length: metersEach }, (_, index) => `meter-${index + 1}`);
  say(`adding ${metersEach} meters to a gateway`);
  const credentials = await inParallel(keys, (key) => template.addDevice(key));
  const started: Gateway[] = [];
  const stop = () => inParallel(started, (gateway) => gateway[Symbol.asyncDispose]());
  try {
    const running = await inParallel(Array.from({ length: gateways }), async (_, place) => {
      const directory = await mkdtemp(join(tmpdir(), "homepot-meters-"));
      await cp(template.directory, directory, { recursive: true });
      const gateway = await Gateway.enrolled(cloud, siteName(place), directory);
      started.push(gateway);
      gateway.runsAs.options = [
        ...["--log-level", "warning"],
        ...["--telemetry-seal-after-seconds", `${sealAfterSeconds}`],
      ];
      await gateway.run();
      if (started.length % 10 === 0) say(`${started.length} of ${gateways} gateways run`);
      return gateway;
    });
    return {
      gateways: running,
      credentials,
      async [Symbol.asyncDispose]() {
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
