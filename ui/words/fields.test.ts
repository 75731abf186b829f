import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { wordsOf } from "./catalogues.ts";

/** Where the messages are that forms show: the schemas of what people type. */
const SCHEMAS = [
  ...[
    "field-message",
    "accounts/account",
    "accounts/member",
    "accounts/role",
    "sites/site",
    "labels/tags",
    "labels/texts",
  ],
  ...["devices/bulk", "telemetry/retention", "imports/import"],
  ...["jobs/job-kinds", "jobs/job-targets", "jobs/job-terms", "jobs/job-timing", "jobs/repeats"],
  ...["config/settings-schema", "config/settings-form", "jobs/rollout", "jobs/time-window"],
  ...["firmware/firmware", "api/list"],
].map((name) => `protocol/${name}.ts`);
const MESSAGE = /["`]((?:must|enter|choose|a (?:site|device|role)|is|has|line) [^"`]+)["`]/g;

test("every message of a form's field has its German", () => {
  const { refusal } = wordsOf("de").fields;
  const messages = SCHEMAS.flatMap((file) => [...readFileSync(file, "utf8").matchAll(MESSAGE)])
    .map(([, message = ""]) => message.replaceAll(/\$\{[^}]+\}/g, "12"))
    // Ids and choices of a list come from the form itself, and are never mistyped.
    .filter((message) => !/nextCursor|UUID|field name|site\.update|at most 12 12|must name 12/.test(message));
  expect(messages.length).toBeGreaterThan(15);
  expect(messages.filter((message) => refusal(message) === message)).toEqual([]);
  expect(refusal("line 3 names Shelf a second time")).toBe("Zeile 3 nennt Shelf ein zweites Mal");
  expect(refusal("something new")).toBe("something new");
});

test("in English they are as the API says them", () => {
  expect(wordsOf("en").fields.refusal("must be a text")).toBe("must be a text");
});

test("reasons of devices are told in German, and those nobody knows as they came", () => {
  const { health, connection } = wordsOf("de").reasons;
  // Of ui nothing may import the cloud: its sentences are found in its code.
  const rules = readFileSync("cloud/devices/health-rules.ts", "utf8");
  const sentences = [...rules.matchAll(/["`](It[^"`]+)["`]/g)].map(([, sentence = ""]) =>
    sentence.replaceAll(/\$\{[^}]+\}/g, "7"),
  );
  expect(sentences.length).toBeGreaterThan(4);
  expect(sentences.filter((sentence) => health(sentence) === sentence)).toEqual([]);
  expect(health("Its battery is at 4.3 %.")).toBe("Die Batterie ist bei 4,3 %.");
  expect(health("3 of its last 20 messages were refused: ts: must be a number.")).toBe(
    "3 der letzten 20 Nachrichten abgewiesen: ts: must be a number.",
  );
  expect(health("All of its last 2 messages were refused: no.")).toBe(
    "Alle letzten 2 Nachrichten wurden abgewiesen: no.",
  );
  expect(health("It answers in 4.2 s, expected within 1 s.")).toBe(
    "Es antwortet nach 4,2 s, erwartet binnen 1 s.",
  );
  expect(health("Its clock is 1 h 3 min ahead, and so are the times of its measurements.")).toBe(
    "Die Uhr geht 1 Std. 3 Min. vor, und mit ihr die Zeiten der Messwerte.",
  );
  expect(connection("connection closed")).toBe("die Verbindung wurde beendet");
  expect(connection("expected every 60 s")).toBe("erwartet alle 60 s");
  expect([health("Newer."), connection("newer")]).toEqual(["Newer.", "newer"]);
});

test("what came of a job's run is told in German", () => {
  const { run } = wordsOf("de").reasons;
  const code = readFileSync("cloud/jobs/run-steps.ts", "utf8");
  const reasons = [...code.matchAll(/`([^`]+ of [^`]+)`/g)].map(([, reason = ""]) =>
    reason.replaceAll(/\$\{[^}]+\}/g, "7"),
  );
  expect(reasons.map(run)).toEqual(["7 von 7 fehlgeschlagen", "7 von 7 gelungen"]);
});
