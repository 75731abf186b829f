/**
 * usage: bun scripts/screenshots-rollout.ts [--out DIR]
 *
 * Plays the reference scenario (docs/simulation.md, "The change of a payment gateway") on real processes of its own, and takes
 * three pictures of the job's page, as rollout-<moment>.png in docs/images: while it rolls, when four of five terminals
 * have it and the fifth says why not, and after the retry. Exits 1 when a moment does not come within two minutes.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { logIn } from "./e2e/browser.ts";
import { Cloud, Gateway, until } from "./e2e/stack.ts";
import { launchForPictures } from "./pictures.ts";

const { values: args } = parseArgs({
  options: { out: { type: "string", default: join(import.meta.dir, "../docs/images") } },
});
/** As a reader of the README sees it: wide enough for the whole rollout, no larger. */
const VIEWPORT = { width: 1280, height: 800 };
const MOMENT_WITHIN_MS = 120_000;
const TERMINALS = 5;

interface Execution {
  state: string;
  reason: string | null;
}

async function play(cloud: Cloud, page: Page, take: (moment: string) => Promise<void>): Promise<void> {
  const post = <T>(path: string, body: object): Promise<T> =>
    cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });
  const moment = (what: string, look: () => Promise<unknown>) => until(what, look, MOMENT_WITHIN_MS);
  const [site] = (await cloud.api<{ items: { id: string }[] }>("/sites")).items;
  await post("/agents/simulation/start", { siteId: site!.id, scenario: "payment-rollout" });
  await moment("five terminals online", async () => {
    const { items } = await cloud.api<{ items: { connectivity: string; type: string }[] }>("/devices");
    const known = items.filter((one) => one.connectivity === "online" && one.type === "payment-terminal");
    return known.length === TERMINALS;
  });

  const config = { paymentGateway: "https://new.pay.example", merchantId: "M-1001" };
  const { id } = await post<{ id: string }>("/jobs", {
    ...{ name: "New payment gateway", kind: "device.command" },
    arguments: { command: "update-payment-config", args: { version: "2026-11", config } },
    targets: { filter: { site: site!.id, type: "payment-terminal" } },
    rollout: { kind: "batches", size: 2 },
  });
  await page.goto(`${cloud.url}/jobs/${id}`);
  const inState = async (...states: string[]) => {
    const { items } = await cloud.api<{ items: Execution[] }>(`/jobs/${id}/executions`);
    return items.filter(({ state }) => states.includes(state)).length;
  };
  const shows = (title: string) =>
    page.getByRole("heading", { level: 1, name: title }).waitFor({ timeout: MOMENT_WITHIN_MS });

  await moment(
    "two done, two on their way",
    async () => (await inState("succeeded")) === 2 && (await inState("running")) > 0,
  );
  await shows("New payment gateway: 2 of 5 devices done");
  await take("rolling");
  await moment(
    "the fifth to fail",
    async () => (await inState("succeeded")) === 4 && (await inState("failed")) === 1,
  );
  await shows("New payment gateway: 4 of 5 devices done");
  await page.locator(".failures", { hasText: "the payment gateway rejected" }).waitFor();
  await take("failed");

  await post("/agents/simulation/faults/clear", { siteId: site!.id, fault: "scenario-1" });
  await moment("the cause gone", async () => {
    const status = await cloud.api<{ items: { reported: { faults: unknown[] } | null }[] }>(
      `/agents/simulation/status?siteId=${site!.id}`,
    );
    return status.items[0]?.reported?.faults.length === 0;
  });
  await page.getByRole("button", { name: "Retry the failed ones" }).click();
  await moment("all five", async () => (await inState("succeeded")) === TERMINALS);
  await shows("New payment gateway: 5 of 5 devices done");
  await take("retried");
}

const scratch = await mkdtemp(join(tmpdir(), "homepot-pictures-"));
await mkdir(args.out, { recursive: true });
await using cloud = await Cloud.start();
await using _gateway = await Gateway.start(cloud, "Cardiff Bay");
const browser = await launchForPictures(scratch);
try {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  await logIn(page, cloud);
  await play(cloud, page, async (moment) => {
    // What was clicked before says so for a while, above what is to be seen.
    await page.locator("#toasts > *").first().waitFor({ state: "detached" });
    await page.screenshot({ path: join(args.out, `rollout-${moment}.png`), animations: "disabled" });
    console.error(`rollout-${moment}.png`);
  });
} finally {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
}
