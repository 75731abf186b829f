import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ChaosProxy } from "../drills/chaos-proxy.ts";
import { freePort } from "./program.ts";
import { Seat } from "./seat.ts";
import { Cloud, type DeviceCredential, Gateway, PASSWORD } from "./stack.ts";
import { type AnyBrowser, openChromium, openFirefox } from "./tab.ts";

/**
 * One way through the dashboard, from a sign-up to two people who edit the same device, in each browser, and once by the
 * keyboard alone. The gateway and its devices are real.
 */

let cloud: Cloud;
/** Between browsers and cloud, so that it can be cut. */
let line: ChaosProxy;
let isCut = false;
let origin: string;

beforeAll(async () => {
  const parts = { targetPort: await freePort(), random: seededRandom(1) };
  line = await ChaosProxy.start({
    ...parts,
    get targetPort() {
      return cloud.port;
    },
    faults: () => (isCut ? [{ kind: "refuse" }] : []),
  });
  origin = `http://127.0.0.1:${line.port}`;
  cloud = await Cloud.start(["--accounts-signup", "open", "--public-url", origin]);
}, 60_000);

afterAll(async () => {
  await line?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** A site's gateway with two tills. */
class Site implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly #tills = new Map<string, DeviceCredential>();

  private constructor(gateway: Gateway) {
    this.gateway = gateway;
  }

  static async enrolledWith(code: string): Promise<Site> {
    const site = new Site(await Gateway.create());
    const { code: exit, stderr } = await site.gateway.enroll(cloud.url, code);
    expect({ exit, stderr: exit === 0 ? "" : stderr }).toEqual({ exit: 0, stderr: "" });
    await site.gateway.run();
    for (const key of ["till-1", "till-2"]) site.#tills.set(key, await site.gateway.addDevice(key));
    return site;
  }

  async publish(till: string, channel: string, message: object): Promise<void> {
    const { username, password } = this.#tills.get(till)!;
    const child = Bun.spawn([
      ...[
        "mosquitto_pub",
        "-h",
        "127.0.0.1",
        "-p",
        String(this.gateway.port),
        "-u",
        username,
        "-P",
        password,
      ],
      ...["-q", "1", "-t", `homepot/${till}/${channel}`, "-m", JSON.stringify(message)],
    ]);
    expect(await child.exited).toBe(0);
  }

  [Symbol.asyncDispose]() {
    return this.gateway[Symbol.asyncDispose]();
  }
}

async function signUp(anna: Seat, organization: string): Promise<void> {
  await anna.open("/signup");
  await anna.fill("Your name", "Anna");
  await anna.fill("Organisation", organization);
  await anna.fill("Email", `anna@${organization}.example`);
  await anna.fill("Password", PASSWORD);
  await anna.press("Make the account");
  await anna.at("/");
  await anna.sees("Welcome to HOMEPOT");
  await anna.press("No, thanks");
}

/** Somebody is invited as a viewer, joins, and is made an operator. */
async function inviteBen(anna: Seat, ben: Seat, organization: string): Promise<void> {
  await anna.open("/settings/members");
  await anna.fill("Email", `ben@${organization}.example`);
  await anna.choose("Role", "Viewer");
  await anna.press("Make an invitation");
  const link = await anna.reads(/http\S+\/invitation\?token=\S+/);
  await ben.open(new URL(link).pathname + new URL(link).search);
  await ben.sees("You are invited as a viewer.");
  await ben.fill("Your name", "Ben");
  await ben.fill("Password", PASSWORD);
  await ben.press("Join");
  await ben.at("/");
  await ben.open("/sites/new");
  await ben.sees("Your role does not allow this");

  await anna.open("/settings/members");
  await anna.choose("Role of Ben", "Operator");
  await anna.press("Change the role of Ben");
  await anna.sees("The role of Ben was changed.");
  // The open page hears of it.
  await ben.sees("Add a site");
}

async function addSite(anna: Seat): Promise<Site> {
  await anna.open("/");
  await anna.follow("Sites");
  await anna.at("/sites");
  await anna.follow("Add site");
  await anna.at("/sites/new");
  await anna.fill("Name", "Cardiff Bay");
  await anna.press("Add site");
  await anna.sees("This site needs a gateway");
  await anna.follow("Add gateway");
  await anna.press("Make a claim code");
  return Site.enrolledWith(await anna.reads(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/));
}

/** Its list is open before there is any, and shows them as they come. */
async function seeDevicesCome(anna: Seat, site: Site): Promise<void> {
  await anna.open("/devices");
  await anna.finds(".connection[data-kind=live]");
  await site.publish("till-1", "state", { type: "payment-terminal", name: "Till 1" });
  await site.publish("till-2", "state", { type: "payment-terminal", name: "Till 2" });
  await anna.sees("Till 1");
  await anna.sees("Till 2");
}

async function editDevice(anna: Seat): Promise<void> {
  await anna.follow("Till 1");
  await anna.at(/^\/devices\/[0-9a-f-]+$/);
  await anna.follow("Configuration");
  await anna.at(/\/configuration$/);
  await anna.fill("Name", "Front till");
  await anna.press("Save");
  await anna.sees("Front till was saved.");
}

/** Both have its form open; who saves second is asked what to keep. */
async function editTogether(anna: Seat, ben: Seat): Promise<void> {
  await ben.open(await anna.path());
  await ben.fill("Name", "Till by the window");
  await anna.fill("Name", "Till by the door");
  await anna.press("Save");
  await anna.sees("Till by the door was saved.");
  await ben.press("Save");
  await ben.sees("Till by the door was changed meanwhile");
  await ben.take("Theirs", "Yours");
  await ben.take("Yours", "Theirs");
  await ben.press("Save these");
  await ben.sees("Till by the window was saved.");
}

async function changeManyAndUndo(anna: Seat): Promise<void> {
  await anna.open("/devices");
  await anna.sees("Till by the window");
  await anna.tick("Select Till by the window");
  await anna.tick("Select Till 2");
  await anna.sees("2 selected");
  await anna.press("Change selected");
  await anna.sees("All of them are changed, or none.");
  await anna.take("Retire", "Add a tag");
  await anna.press("Change 2 devices");
  await anna.sees("Retired: 2 devices.");
  await anna.press("Undo");
  await anna.sees("Undone for 2 devices.");
  await anna.sees("Till by the window");
}

async function goBackAndForward(anna: Seat): Promise<void> {
  await anna.open("/sites");
  await anna.follow("Cardiff Bay");
  await anna.at(/^\/sites\/[0-9a-f-]+$/);
  const site = await anna.path();
  await anna.follow("Till by the window");
  await anna.at(/^\/devices\//);
  const device = await anna.path();
  // The address is there before the page.
  await anna.finds("#device");
  await anna.go(-1);
  await anna.at(site);
  await anna.finds("#site");
  await anna.go(1);
  await anna.at(device);
  await anna.finds("#device");
}

/** On the device's page, which says that it is cut off, and shows what came meanwhile. */
async function loseTheLine(anna: Seat, site: Site): Promise<void> {
  await anna.finds(".connection[data-kind=live]");
  isCut = true;
  line.breakAll();
  await anna.finds(".connection:not([data-kind=live])");
  await site.publish("till-1", "telemetry", { temperature: 7.75 });
  isCut = false;
  await anna.finds(".connection[data-kind=live]");
  await anna.sees("7.75");
}

async function useAPhone(anna: Seat): Promise<void> {
  await anna.size(390, 844);
  for (const [name, path] of Object.entries({ Sites: "/sites", Devices: "/devices" })) {
    await anna.follow(name);
    await anna.at(path);
    await anna.sees(name === "Sites" ? "Cardiff Bay" : "Till by the window");
    const sideways = () => document.documentElement.scrollWidth - window.innerWidth;
    expect(await anna.tab.evaluate(sideways, null)).toBeLessThanOrEqual(0);
  }
}

describe("a journey", () => {
  test.each<[string, () => Promise<AnyBrowser>, { byKeyboard?: boolean }]>([
    ["chromium", openChromium, {}],
    ["firefox", openFirefox, {}],
    ["keyboard", openChromium, { byKeyboard: true }],
  ])(
    "from a sign-up to two who edit one device: %s",
    async (organization, openBrowser, hands) => {
      await using browser = await openBrowser();
      const anna = await Seat.take(browser, origin, hands);
      const ben = await Seat.take(browser, origin, hands);
      await signUp(anna, organization);
      await inviteBen(anna, ben, organization);
      await using site = await addSite(anna);
      await seeDevicesCome(anna, site);
      await editDevice(anna);
      await editTogether(anna, ben);
      await changeManyAndUndo(anna);
      await goBackAndForward(anna);
      await loseTheLine(anna, site);
      await useAPhone(anna);
      expect(await Promise.all([anna.faults(), ben.faults()])).toEqual([[], []]);
    },
    180_000,
  );
});
