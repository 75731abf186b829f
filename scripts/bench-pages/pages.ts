import { HOUR, KIB, SECOND } from "../../protocol/units.ts";
import { addressesOf, FILES, PAGES, READS, type Records } from "../addresses/addresses.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { Generator } from "../bench-fan-in/generators.ts";
import { bringEntries, enrolBareGateway } from "../bench-query/bare-gateway.ts";
import { sealedMonth } from "../bench-query/sealed-month.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { Cloud, until } from "../e2e/stack.ts";
import { type Answered, rowsOf, slowestOf } from "./answers.ts";
import { addLargeEstate, type LargeEstate } from "./estate.ts";
import { addOperators } from "./people.ts";

const WARM_UP_SECONDS_MAX = 20;
/** Questions one after the other, by which an address's cost in processor time is told. */
const ALONE_TIMES = 30;
const MEASURED_HOURS = 6;

export interface PagesBench {
  sites: number;
  /** Of each site. */
  devices: number;
  operators: number;
  perSecond: number;
  thinkMs: number;
  seconds: number;
}

/**
 * How soon every page and list answers in a large organisation, while people work in it and its gateways report. Cloud,
 * operators and gateways are processes of their own.
 */
export async function benchPages(say: (line: string) => void, bench: PagesBench): Promise<BenchRow[]> {
  await using cloud = await Cloud.start();
  say(`${bench.sites} sites with ${bench.devices} devices each`);
  const estate = await addLargeEstate(cloud, bench.sites, bench.devices);
  // As at every start: counts how rows are spread.
  await cloud.program.stop();
  await cloud.run();
  const records = await makeRecords(cloud, estate);
  const cookies = await addOperators(cloud, bench.operators);
  const addresses = addressesOf(records, PAGES, READS);
  using gateways = new Generator(cloud.url.replace("http", "ws"), { nice: 5 });
  say(`connecting ${estate.gateways.length} gateways`);
  await gateways.order({ connect: estate.gateways, key: estate.key });

  const costs = await costsOf(cloud, cookies[0]!, addresses, say);
  say(`${bench.operators} operators, ${addresses.length} addresses, ${bench.perSecond} entries a second`);
  const warmUpSeconds = Math.min(WARM_UP_SECONDS_MAX, bench.seconds);
  const seconds = warmUpSeconds + bench.seconds;
  using listeners = new Generator(cloud.url, { nice: 5, program: "scripts/bench-pages/listeners.ts" });
  await listeners.order({ cookies });
  const load = gateways.order({ load: bench.perSecond, seconds, devices: bench.devices });
  const before = cpuSeconds(cloud.program.pid);
  const answered = await operate(cloud.url, { cookies, addresses, ...bench, warmUpSeconds });
  const busy = (cpuSeconds(cloud.program.pid) - before) / seconds;
  const { acknowledged = 0 } = await load;
  const { bytes = 0 } = await listeners.order({ count: true });
  for (const line of slowestOf(answered, records)) say(line);
  const files = await filesOf(cloud, cookies[0]!, addressesOf(records, FILES));
  return [
    ...rowsOf(answered, costs, records),
    ...files,
    alone("pages: processor of the cloud meanwhile", busy, "cores"),
    alone("pages: events heard by each operator's page", bytes / bench.operators / KIB / seconds, "KiB/s"),
    againstTarget("pages: entries acknowledged a second", acknowledged / seconds, "", bench.perSecond),
  ];
}

/** Records that somebody made, for the addresses that show one. */
async function makeRecords(cloud: Cloud, { siteId, gateways }: LargeEstate): Promise<Partial<Records>> {
  const post = (path: string, body: object) =>
    cloud.api<{ id: string }>(path, { method: "POST", body: JSON.stringify(body) });
  const role = await post("/organization/roles", { name: "Night shift", permissions: ["device:read"] });
  const targets = { filter: { site: siteId } };
  const bulk = await post("/devices/bulk", { targets, action: { kind: "add-tag", tag: "looked-at" } });
  const gateway = gateways.at(-1)![0];
  // On every terminal of the estate: as many executions as a page of them is ever shown of.
  const ping = { kind: "ping", arguments: {}, targets: { filter: { type: "payment-terminal" } } };
  const job = await post("/jobs", { ...ping, name: "looked at" });
  const execution = await cloud.api<{ items: { id: string }[] }>(`/jobs/${job.id}/executions?limit=1`);
  const { notification, delivery, template } = await notify(cloud, { filter: { type: "payment-terminal" } });
  const device = await addMeter(cloud);
  return {
    ...{ site: siteId, device, gateway, role: role.id, bulk: bulk.id },
    ...{ job: job.id, execution: execution.items[0]!.id, notification, delivery, template },
  };
}

/** A notification to these devices and everybody, one of its deliveries, and a template. */
async function notify(cloud: Cloud, targets: object) {
  const post = (path: string, body: object) =>
    cloud.api<{ id: string }>(path, { method: "POST", body: JSON.stringify(body) });
  const template = await post("/notifications/templates", {
    name: "Looked at",
    messages: { en: { title: "Door" } },
  });
  const json = {
    name: "looked at",
    targets: { ...targets, everyone: true },
    message: { title: "Closed today" },
  };
  const notification = await post("/notifications", json);
  const delivery = await until("a delivery", async () => {
    const path = `/notifications/${notification.id}/deliveries?limit=1`;
    return (await cloud.api<{ items: { id: string }[] }>(path)).items[0]?.id;
  });
  return { notification: notification.id, delivery, template: template.id };
}

/** The id of a device that has sent three metrics a second for some hours, so that its page has charts to show. */
async function addMeter(cloud: Cloud): Promise<string> {
  const gateway = await enrolBareGateway(cloud.url, await cloud.claim("Measured"));
  const [device, seconds] = ["meter", (MEASURED_HOURS * HOUR) / SECOND];
  const fromMs = Date.now() - seconds * SECOND;
  await bringEntries(gateway, sealedMonth({ device, fromMs, seconds, chunkReadings: 60 }));
  const only = async (path: string) => (await cloud.api<{ items: { id: string }[] }>(path)).items[0]!.id;
  return only(`/sites/${await only("/sites?q=Measured")}/devices`);
}

/** Milliseconds of the cloud's processor for each address, asked for again and again by one person. */
async function costsOf(
  cloud: Cloud,
  cookie: string,
  addresses: readonly string[],
  say: (line: string) => void,
): Promise<Map<string, number>> {
  const ask = async (address: string, times: number): Promise<number> => {
    const before = cpuSeconds(cloud.program.pid);
    for (let time = 0; time < times; time += 1) {
      const answer = await fetch(`${cloud.url}${address}`, { headers: { cookie }, redirect: "manual" });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
    }
    return ((cpuSeconds(cloud.program.pid) - before) * 1_000) / times;
  };
  say("each address by itself");
  const costs = new Map<string, number>();
  for (const address of addresses) await ask(address, 3);
  for (const address of addresses) costs.set(address, await ask(address, ALONE_TIMES));
  return costs;
}

async function operate(url: string, order: object): Promise<Answered> {
  const child = Bun.spawn([process.execPath, "scripts/bench-pages/operators.ts", url], {
    stdin: new Blob([`${JSON.stringify(order)}\n`]),
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the operators' process failed");
  return JSON.parse(said) as Answered;
}

async function filesOf(cloud: Cloud, cookie: string, addresses: readonly string[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const address of addresses) {
    const startMs = performance.now();
    const answer = await fetch(`${cloud.url}${address}`, { headers: { cookie } });
    await answer.arrayBuffer();
    rows.push(alone(`pages: ${address}, all of it`, (performance.now() - startMs) / 1_000, "s"));
  }
  return rows;
}
