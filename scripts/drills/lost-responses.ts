import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { findingsOf, settle } from "./verdict.ts";

const LOST = 0.3;
/** The answer to the upgrade, the challenge and the welcome: most connections get as far as work. */
const GREETING_RESPONSES = 3;
/** A lost line is tried again after a second at most, and a connection brings a few responses. */
const ROUND_LIMIT_MS = 30_000;

/**
 * The cloud has taken an entry and its acknowledgement is lost, for 30 of 100 responses; one connection in five is cut
 * in the middle of what the gateway sends as well. Invariant: each entry takes effect once, in order.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  await using cloud = await Cloud.start();
  await using proxy = await ChaosProxy.start({
    targetPort: cloud.port,
    random,
    faults: () => [
      { kind: "latency", ms: 2, jitterMs: 10 },
      // One in ten loses its greeting too.
      { kind: "lose-response", chance: LOST, from: random.next() < 0.1 ? 1 : GREETING_RESPONSES + 1 },
      ...(random.next() < 0.2
        ? [{ kind: "cut", afterBytes: 500 + Math.floor(random.next() * 50_000), of: "request" } as const]
        : []),
    ],
  });
  await using gateway = await Gateway.enrolled(cloud, "Bad line");
  // Many small chunks: many entries, and many acknowledgements to lose.
  gateway.runsAs.options = [
    "--cloud-url",
    `http://127.0.0.1:${proxy.port}`,
    "--telemetry-seal-readings",
    "25",
  ];
  await gateway.run();
  await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
  device.start(8);
  const lost = (): number => proxy.struck.get("lose-response") ?? 0;
  for (let round = 1; round <= task.rounds; round += 1) {
    await until(`response ${round} to be lost`, () => lost() >= round, ROUND_LIMIT_MS);
    task.say(`round ${round}/${task.rounds}: ${proxy.connections} connections`);
  }
  await device.stop();
  const { figures, faults } = findingsOf(await settle(cloud, gateway, device));
  const cuts = proxy.struck.get("cut") ?? 0;
  return {
    figures: { "lost responses": lost(), cuts, connections: proxy.connections, ...figures },
    faults,
  };
}

export const lostResponses: Drill = {
  name: "lost-responses",
  about: "30 % of the cloud's responses are lost, and their connection with them",
  rounds: 40,
  shortRounds: 3,
  run,
};
