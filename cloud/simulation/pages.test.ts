import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
beforeEach(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    "terminal-1": { simulated: true },
  });
});
afterEach(() => pages[Symbol.asyncDispose]());

const send = (path: string, form: Record<string, string>) => pages.send(path, form);
const html = async (path: string, person = pages.cloud.owner) => (await pages.open(path, person)).text();
const status = async () =>
  (await pages.cloud.read<{ items: Simulation[] }>(`/agents/simulation/status?siteId=${estate.site}`))
    .items[0]!;
const start = (more: Record<string, string> = {}) =>
  send("/simulation/start", { site: estate.site, scenario: "payment-rollout", seed: "1", ...more });

describe("the simulation page", () => {
  test("says what simulations are while there is none, and to those who may how one is started", async () => {
    expect(await html("/simulation")).toContain("Devices that only pretend");
    expect(await html("/simulation")).toContain('href="/simulation/start"');
    const viewer = await pages.cloud.addMember("viewer");
    expect(await html("/simulation", viewer)).not.toContain('href="/simulation/start"');
    expect((await pages.open("/simulation/start", viewer)).status).toBe(403);
  });

  test("starts a scenario, shows it with its devices, lets things go wrong, and stops it", async () => {
    const started = await start();
    expect([started.status, started.headers.get("location")]).toEqual([303, `/simulation/${estate.site}`]);
    const page = `/simulation/${estate.site}`;
    expect(await html(page)).toContain("Cardiff Bay: waiting for the gateway");
    expect(await html(page)).toContain("Configuration rejected");
    expect(await html(page)).toContain("terminal-1");
    expect(await html("/simulation")).toContain("1 simulation runs");
    const injected = await send(`${page}/faults`, {
      what: "slow",
      which: "terminal-1, terminal-2",
      seconds: "",
    });
    expect(injected.status).toBe(303);
    const [written, slow] = (await status()).faults;
    expect(slow).toMatchObject({ what: "slow", which: ["terminal-1", "terminal-2"], seconds: null });
    expect((await send(`${page}/faults/${written!.id}/clear`, {})).status).toBe(303);
    expect((await status()).faults).toHaveLength(1);
    expect((await send(`${page}/stop`, { removeDevices: "yes" })).status).toBe(303);
    expect(await html(page)).toContain("No simulation runs at Cardiff Bay");
  });

  test("says of simulated devices that nobody started from here who runs them", async () => {
    await addEstate(pages.cloud, pages.cloud.owner, "Leeds Dock", {
      "door-1": { simulated: true, connectivity: "online" },
      "door-2": { simulated: true, connectivity: "online" },
      "door-3": { simulated: true, connectivity: "offline" },
      real: { connectivity: "online" },
    });
    const said = "2 simulated devices run from the command line";
    expect(await html("/simulation")).toContain(said);
    const site = (await pages.cloud.read<{ items: { id: string }[] }>("/sites?q=leeds")).items[0]!.id;
    const page = `/simulation/${site}`;
    expect(await html(page)).toContain("2 simulated devices at Leeds Dock, run from the command line");
    // One that was started at another site changes nothing of that.
    await start();
    expect(await html("/simulation")).toContain(said);
    // Where one was ever started from here, nothing is said to be run from elsewhere.
    await start({ site });
    await send(`${page}/stop`, {});
    expect(await html(page)).toContain("No simulation runs at Leeds Dock");
    expect(await html("/simulation")).not.toContain("from the command line");
  });

  test("starts as many of each kind as somebody says", async () => {
    const counts = { "count-kiosk": "3", "count-camera": " 2 ", "count-thermostat": "" };
    expect((await start({ scenario: "own", seed: "7", ...counts })).status).toBe(303);
    expect((await status()).scenario).toMatchObject({
      seed: 7,
      devices: [
        { profile: "kiosk", count: 3 },
        { profile: "camera", count: 2 },
      ],
    });
  });

  test.each([
    [{ scenario: "own", seed: "x", "count-kiosk": "1" }, "seed"],
    [{ scenario: "own" }, "count-payment-terminal"],
    [{ scenario: "own", "count-kiosk": "many" }, "count-payment-terminal"],
    [{ scenario: "moon" }, "scenario"],
  ])("shows what is wrong with %j at its field, and starts nothing", async (form, field) => {
    const answer = await start(form as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(`id="${field}-error"`);
    expect((await status()).wanted).toBe("stopped");
  });

  test("shows what is wrong with a fault, and keeps what was typed", async () => {
    await start();
    const answer = await send(`/simulation/${estate.site}/faults`, {
      what: "slow",
      which: "kiosk-9",
      seconds: "0",
    });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain('value="kiosk-9"');
    expect(text).toContain('id="seconds-error"');
    const again = await pages.open(`/simulation/${estate.site}/faults`, pages.cloud.owner);
    expect(again.headers.get("location")).toBe(`/simulation/${estate.site}`);
  });
});
