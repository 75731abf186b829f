import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud, EMAIL, PASSWORD } from "./stack.ts";

/** The commands of docs/api.md, typed in one shell from top to bottom as its reader would, against a real cloud. */

let cloud: Cloud;
let directory: string;

beforeAll(async () => {
  cloud = await Cloud.start();
  directory = await mkdtemp(join(tmpdir(), "homepot-api-page-"));
}, 60_000);
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const BETWEEN = "=== next block ===";

test("every command of the page does what the page says", async () => {
  const page = await Bun.file("docs/api.md").text();
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "");
  expect(blocks.length).toBeGreaterThan(4);
  const script = blocks
    .join(`\necho '${BETWEEN}'\n`)
    .replace("https://homepot.example", cloud.url)
    .replace("you@example.org", EMAIL)
    .replace('"password":"…"', `"password":"${PASSWORD}"`);
  const shell = Bun.spawn(["bash", "-eu", "-o", "pipefail", "-c", script], {
    cwd: directory,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, complaint] = [
    await new Response(shell.stdout).text(),
    await new Response(shell.stderr).text(),
  ];
  expect([complaint, await shell.exited]).toEqual(["", 0]);
  const outputs = said.split(BETWEEN);
  for (const [index, block] of blocks.entries()) {
    for (const [, promised = ""] of block.matchAll(/^# → (.*)$/gm))
      expect(outputs[index]).toContain(promised);
  }
}, 60_000);
