import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { launchChromium, logIn } from "./browser.ts";
import { Cloud } from "./stack.ts";

/** Two people edit one site at the same time, in a real browser, with scripts and without. */

let cloud: Cloud;
let browser: Browser;
let siteId: string;

interface Site {
  address: string;
  timeZone: string;
  description: string;
}

beforeAll(async () => {
  cloud = await Cloud.start();
  const body = JSON.stringify({ name: "Cardiff Bay", address: "Quay 1" });
  siteId = (await cloud.api<{ id: string }>("/sites", { method: "POST", body })).id;
  browser = await launchChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await cloud?.[Symbol.asyncDispose]();
});

const edit = async (page: Page, fields: Record<string, string>) => {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Save changes" }).click();
};

test.each([
  ["with scripts", true],
  ["without", false],
])(
  "the second of two who save chooses what to keep, %s",
  async (_, javaScriptEnabled) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const [first, second] = [await context.newPage(), await context.newPage()];
    await logIn(first, cloud);
    for (const page of [first, second]) await page.goto(`${cloud.url}/sites/${siteId}/edit`);

    const theirs = `Theirs ${javaScriptEnabled}`;
    const zone = javaScriptEnabled ? "Europe/London" : "Europe/Paris";
    await edit(first, { Address: theirs, "Time zone": zone });
    await first.waitForURL(`${cloud.url}/sites/${siteId}`);
    await edit(second, { Address: `Yours ${javaScriptEnabled}`, Notes: "by the sea" });

    const address = second.getByRole("group", { name: "Address" });
    await address.waitFor();
    // What only the other one changed is theirs already; what both changed is for the person to say.
    expect(await second.getByRole("group", { name: "Time zone" }).getByLabel("Theirs").isChecked()).toBe(
      true,
    );
    expect(await address.getByLabel("Yours").isChecked()).toBe(true);
    if (javaScriptEnabled) {
      const found = await new AxeBuilder({ page: second as never }).analyze();
      expect(found.violations.map(({ id }) => id)).toEqual([]);
    }
    await address.getByLabel("Yours").focus();
    await second.keyboard.press("ArrowRight");
    expect(await address.getByLabel("Theirs").isChecked()).toBe(true);
    await second.getByRole("button", { name: "Save these" }).click();
    await second.waitForURL(`${cloud.url}/sites/${siteId}`);

    const { address: kept, timeZone, description } = await cloud.api<Site>(`/sites/${siteId}`);
    expect({ kept, timeZone, description }).toEqual({
      kept: theirs,
      timeZone: zone,
      description: "by the sea",
    });
    await context.close();
  },
  60_000,
);
