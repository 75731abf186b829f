import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { wordsOf } from "./catalogues.ts";
import { tellReason } from "./known-reasons.ts";

const when = (iso: string) => `at ${iso.slice(11, 16)}`;
const told = (language: "en" | "de", reason: string) => tellReason(wordsOf(language), reason, when);

/** Where programs of ours say why a job or a delivery did not work. Of ui nothing may import them: their sentences are found in their code. */
const SOURCES: readonly (readonly [file: string, sentences: RegExp])[] = [
  ["edge/jobs/runner.ts", /["`]((?:it|the gateway|this gateway|cancelled)[^"`]*)["`]/g],
  ["edge/jobs/jobs.ts", /["`](there is no device [^"`]+)["`]/g],
  ["edge/jobs/handlers/device-command.ts", /["`](the device answered[^"`]+)["`]/g],
  ["edge/jobs/handlers/gateway-restart.ts", /["`](nothing would[^"`]+)["`]/g],
  ["edge/jobs/handlers/script-run.ts", /["`]((?:it (?:ended|was)|there are no)[^"`]+)["`]/g],
  ["edge/gateway.ts", /["`](the device (?:has|is)[^"`]+)["`]/g],
  ["edge/updates/updates.ts", /["`]((?:another|it was)[^"`]+)["`]/g],
  ["cloud/jobs/renewal.ts", /reason = ["`]([^"`]+)["`]/g],
  ["cloud/jobs/scheduler.ts", /reason(?::| =) ["`]([^"`]+)["`]/g],
  ["cloud/notifications/engine/load.ts", /(?:drop\(|\?\? )["`]([^"`]+ [^"`]+)["`]/g],
  ["cloud/notifications/engine/ending.ts", /detail: ["`]([^"`]+)["`]/g],
  ["cloud/notifications/engine/fallback.ts", /detail: ["`]([^"`]+)["`]/g],
  ["cloud/notifications/engine/placing.ts", /detail: ["`]([^"`]+)["`]/g],
  ["cloud/notifications/engine/outcomes.ts", /detail: ["`]([^"`]+)["`]/g],
  ["cloud/notifications/engine/lane.ts", /retryable\(["`]([^"`]+)["`]/g],
  ["cloud/notifications/device-outbox.ts", /(?:refused|gone)\(["`]([^"`]+)["`]/g],
  ["cloud/notifications/senders.ts", /"push\.not-configured", ["`]([^"`]+)["`]/g],
  ["cloud/notifications/platforms/web-push.ts", /(?:gone|refused)\(["`]([^"`]+)["`]/g],
  ["cloud/notifications/platforms/wns.ts", /(?:gone|refused)\(["`]((?:the|Windows)[^"`]+)["`]/g],
  [
    "cloud/notifications/platforms/mqtt-broker.ts",
    /(?:refused|Error)\(["`]((?:the broker (?:takes|did)|\$)[^"`]+)["`]/g,
  ],
  ["cloud/notifications/platforms/fcm.ts", /gone\(["`]([^"`]+)["`]/g],
  ["cloud/notifications/platforms/apns.ts", /gone\(["`]([^"`]+)["`]/g],
];

/** What is wrong with a script, which is named before it. */
const OF_SCRIPTS = /wrong\(["`]([^"`]+)["`]/g;

const sentencesOf = (file: string, sentences: RegExp): string[] =>
  [...readFileSync(file, "utf8").matchAll(sentences)].map(([, sentence = ""]) =>
    sentence
      .replace(/\$\{heard\}/, "")
      .replace(/^\$\{late\}: .*/, "it took longer than 7 s: 7")
      .replaceAll(/\$\{[^}]+\}/g, "7"),
  );

test.each(SOURCES)("what %s gives as a reason is known, and has its German", (file, pattern) => {
  const sentences = sentencesOf(file, pattern);
  expect(sentences).not.toEqual([]);
  for (const sentence of sentences) {
    expect([sentence, told("en", sentence).ours]).toEqual([sentence, expect.stringMatching(/\S/)]);
    expect([sentence, told("de", sentence).ours]).not.toEqual([sentence, told("en", sentence).ours]);
  }
});

test("what is wrong with a script is known, and has its German", () => {
  const sentences = sentencesOf("edge/jobs/handlers/script-run.ts", OF_SCRIPTS);
  expect(sentences.length).toBeGreaterThan(3);
  for (const sentence of sentences) {
    const reason = `night.sh ${sentence}`;
    expect(told("en", reason)).toEqual({ ours: reason, theirs: "" });
    expect([reason, told("de", reason).ours]).not.toEqual([reason, reason]);
  }
});

test("what a device or a platform says stays as it said it, apart from our words", () => {
  const reason = "the device answered: cancelled";
  expect(told("en", reason)).toEqual({ ours: "the device answered: ", theirs: "cancelled" });
  expect(told("de", reason)).toEqual({ ours: "das Gerät antwortete: ", theirs: "cancelled" });
  expect(told("de", "400 BadDeviceToken")).toEqual({ ours: "", theirs: "400 BadDeviceToken" });
});

test("a reason goes on with another, of ours or not", () => {
  expect(told("de", "given up after 8 attempts: 503 busy")).toEqual({
    ours: "nach 8 Versuchen aufgegeben: ",
    theirs: "503 busy",
  });
  const late =
    "it took longer than 30 s: the device has not taken all of it; it last said that it runs 1.2.0";
  expect(told("de", late)).toEqual({
    ours: "es dauerte länger als 30 s: das Gerät hat noch nicht alles davon; zuletzt meldete es, dass 1.2.0 auf ihm läuft",
    theirs: "",
  });
  expect(told("en", late)).toEqual({ ours: late, theirs: "" });
  expect(told("de", "it took longer than 30 s").ours).toBe("es dauerte länger als 30 s");
});

test("a moment in a reason is told as moments are", () => {
  const reason = "the device is not connected; last heard 2026-11-29T06:59:22.360Z";
  expect(told("en", reason).ours).toBe("the device is not connected; last heard at 06:59");
  expect(told("de", reason).ours).toBe("das Gerät ist nicht verbunden; zuletzt gehört at 06:59");
});
