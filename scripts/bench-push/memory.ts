import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { type Recipient, residentMb, sendBulk, startStage } from "./stage.ts";

const STEPS = 10;
/** What caches take in the first tenth they keep. */
const GROWTH_MAX_MB = 64;

/**
 * One request with so many recipients, the platforms in turn, each message kept before and after: what memory the cloud has
 * after every tenth of them.
 */
export async function benchPushMemory(say: (line: string) => void, messages: number): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-push-"));
  try {
    await using stage = await startStage(directory);
    const { cloud, recipients } = stage;
    const { webPush, apns, broker } = recipients;
    const turns = [webPush, apns, broker];
    const inTurn: Recipient = (index) => turns[index % turns.length]!(index);
    const step = Math.max(1, Math.floor(messages / STEPS));
    const residents: number[] = [];
    const beganMs = performance.now();
    const sent = await sendBulk(cloud, messages, inTurn, (answers) => {
      while (residents.length < STEPS && answers >= (residents.length + 1) * step) {
        residents.push(residentMb(cloud.program.pid));
        const rate = answers / ((performance.now() - beganMs) / 1_000);
        say(
          `${answers.toLocaleString("en")} messages: ${residents.at(-1)?.toFixed(0)} MB, ${rate.toFixed(0)}/s`,
        );
      }
    });
    const rows = residents.map((mb, index) =>
      alone(
        `push-memory: the cloud after ${((index + 1) * step).toLocaleString("en")} messages`,
        Math.round(mb),
        "MB",
      ),
    );
    const grew = (residents.at(-1) ?? 0) - (residents[1] ?? 0);
    rows.push({
      ...{
        name: "push-memory: growth from the second tenth to the last",
        value: Math.round(grew),
        unit: "MB",
      },
      ...{ peer: "target", peerValue: GROWTH_MAX_MB, ratio: grew / GROWTH_MAX_MB },
      target: `at most ${GROWTH_MAX_MB} MB`,
    });
    rows.push(alone("push-memory: messages", Math.round(sent.perSecond), "1/s"));
    rows.push(alone("push-memory: left to their turn, and sent then", sent.leftToTurn, "messages"));
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
