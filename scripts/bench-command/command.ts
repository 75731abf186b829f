import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { ObedientDevices } from "../e2e/obedient-devices.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import { DiskProbe } from "./disk-probe.ts";
import { GivenProbe } from "./given-probe.ts";

interface Bench {
  devices: number;
  perSecond: number;
  seconds: number;
  /** The call is answered at once, and the caller asks whether the job has ended until it has. */
  asks: boolean;
}

/** A job that has not ended by then is one of the failed. */
const WAIT_SECONDS = 30;
/** Between asking whether a job has ended and asking again, ms. */
const ASK_AGAIN_MS = 3;
/** Commands one after the other, and then so many a second for so long, before those that are measured: programs that have just begun compile what they run. */
const WARM_UP = 100;
const WARM_UP_SECONDS = 5;

/**
 * A command from the API to a device and its result back in the API: cloud, gateway and devices on loopback. Each call makes a job for
 * one device; the clock starts before it, and stops when its answer, which it waits for, shows that the job has ended; or with `asks`
 * when `GET /jobs/{id}`, asked from the moment the device has answered, shows it. Calls begin at irregular moments, so many a second, whatever those before are at.
 */
export async function benchCommand(say: (line: string) => void, bench: Bench): Promise<BenchRow[]> {
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Commands");
  say(`${bench.devices} devices`);
  const waiting = new Map<unknown, () => void>();
  let unfinished = 0;
  await using devices = await ObedientDevices.connect(gateway, bench.devices, ({ index }) => {
    waiting.get(index)?.();
    waiting.delete(index);
  });
  const ids = await idsOf(cloud, bench.devices);
  const command = async (index: number): Promise<Took> => {
    const startedMs = performance.now();
    const targets = { devices: [ids[Math.abs(index) % ids.length]] };
    const body = { kind: "device.command", arguments: { command: "blink", args: { index } }, targets };
    const call = (path: string) =>
      cloud.api<{ id: string; status: string }>(path, { method: "POST", body: JSON.stringify(body) });
    if (!bench.asks) {
      const { status } = await call(`/jobs?wait=${WAIT_SECONDS}`);
      if (status !== "finished") unfinished += 1;
      return { answeredMs: Number.NaN, backMs: performance.now() - startedMs };
    }
    const done = new Promise<void>((resolve) => waiting.set(index, resolve));
    const { id } = await call("/jobs");
    const answeredMs = performance.now() - startedMs;
    await done;
    // Nobody who asks sooner would see it.
    while ((await cloud.api<{ status: string }>(`/jobs/${id}`)).status !== "finished")
      await Bun.sleep(ASK_AGAIN_MS);
    return { answeredMs, backMs: performance.now() - startedMs };
  };
  for (let index = 0; index < WARM_UP; index += 1) await command(-1 - index);
  let made = 0;
  const commandsFor = async (seconds: number): Promise<Took[]> => {
    const under: Promise<Took>[] = [];
    const total = bench.perSecond * seconds;
    const startMs = performance.now();
    while (under.length < total) {
      const due = Math.floor(((performance.now() - startMs) / 1_000) * bench.perSecond);
      while (under.length < Math.min(due, total)) under.push(command(made++));
      await Bun.sleep(Math.random() * (2_000 / bench.perSecond));
    }
    return Promise.all(under);
  };
  say(`${bench.perSecond} commands a second for ${WARM_UP_SECONDS} s that are not measured`);
  await commandsFor(WARM_UP_SECONDS);

  say(`${bench.perSecond} commands a second for ${bench.seconds} s`);
  await using disk = new DiskProbe();
  await disk.start();
  using host = new GivenProbe();
  const programs = [cloud.program.pid, gateway.program.pid];
  const before = programs.map(cpuSeconds);
  const startMs = performance.now();
  const took = await commandsFor(bench.seconds);
  const seconds = (performance.now() - startMs) / 1_000;
  const [ofCloud = 0, ofGateway = 0] = programs.map(
    (pid, index) => ((cpuSeconds(pid) - before[index]!) * 1_000) / took.length,
  );
  await disk.stop();
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const answered = sorted(took.map(({ answeredMs }) => answeredMs));
  const back = sorted(took.map(({ backMs }) => backMs));
  const synced = sorted(disk.tookMs);
  const given = sorted(host.parts);
  const at = (values: number[], part: number) => values[Math.floor(values.length * part)] ?? Number.NaN;
  const failed = await cloud.api<{ total: number }>("/jobs?failed=true");
  const twice = [...devices.heard.values()].filter((times) => times > 1).length;
  return [
    againstTarget("command: done a second", took.length / seconds, "", bench.perSecond),
    ...(bench.asks
      ? [
          alone("command: API answers, p50", at(answered, 0.5), "ms"),
          alone("command: API answers, p99", at(answered, 0.99), "ms"),
        ]
      : []),
    alone("command: API, device, result in the API, p50", at(back, 0.5), "ms"),
    againstTarget("command: API, device, result in the API, p99", at(back, 0.99), "ms", 25),
    againstTarget("command: processor time of the cloud for one", ofCloud, "ms", 1_000 / bench.perSecond),
    againstTarget("command: of the gateway", ofGateway, "ms", 1_000 / bench.perSecond),
    alone("command: a page on the disk meanwhile, p50", at(synced, 0.5), "ms"),
    alone("command: a page on the disk, p99", at(synced, 0.99), "ms"),
    alone("command: a page on the disk, slowest", synced.at(-1) ?? Number.NaN, "ms"),
    alone("command: processors the host gave, least in half a second", at(given, 0) * 100, "%"),
    alone(
      "command: half seconds in which it gave less than 90 %",
      given.filter((part) => part < 0.9).length,
      "",
    ),
    againstTarget("command: failed, or came to a device twice", failed.total + unfinished + twice, "", 0),
  ];
}

interface Took {
  answeredMs: number;
  backMs: number;
}

async function idsOf(cloud: Cloud, count: number): Promise<string[]> {
  let ids: string[] = [];
  await until("the devices to be known", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>(`/devices?limit=500&connectivity=online`);
    ids = items.map(({ id }) => id);
    return ids.length === count;
  });
  return ids;
}
