import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { MIB } from "../../protocol/units.ts";
import { addEstate } from "../testing/estate.ts";
import { ORIGIN, PASSWORD } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
beforeEach(async () => {
  pages = await startPages();
  await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    "till-1": { attributes: { type: "payment-terminal", firmware: "8.0.0" } },
    "till-2": { attributes: { type: "payment-terminal", firmware: "8.0.0" } },
    "meter-1": { attributes: { type: "meter", firmware: "8.0.0" } },
  });
});
afterEach(() => pages[Symbol.asyncDispose]());

const BYTES = "the firmware of a till";
const ABOUT = { name: "till", version: "8.0.0", deviceType: "payment-terminal", sha256: "" };

/** Sends the form as a browser does: the file last. */
async function upload(form: Record<string, string> = {}, file: BlobPart = BYTES, accept?: string) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...ABOUT, ...form })) body.set(name, value);
  body.set("file", new File([file], "till.bin"));
  // Length and boundary, as they are on the line.
  const sent = new Request(`${ORIGIN}/firmware/new`, { method: "POST", body });
  const type = sent.headers.get("content-type") ?? "";
  const bytes = await sent.bytes();
  const login = await pages.app.request(`${ORIGIN}/login`, {
    method: "POST",
    body: new URLSearchParams({ email: pages.cloud.owner.email, password: PASSWORD }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return pages.app.request(`${ORIGIN}/firmware/new`, {
    method: "POST",
    body: bytes,
    headers: {
      ...{ cookie, origin: ORIGIN, "content-type": type },
      "content-length": String(bytes.length),
      ...(accept === undefined ? {} : { accept }),
    },
  });
}
const html = async (path: string, as = pages.cloud.owner) => (await pages.open(path, as)).text();
const list = async () =>
  (
    await pages.cloud.read<{ items: { id: string; name: string; devices: number; jobs: object[] }[] }>(
      "/firmware",
    )
  ).items;

describe("the firmware page", () => {
  test("says what firmware is while there is none, and how one is uploaded to those who may", async () => {
    expect(await html("/firmware")).toContain("Nothing to bring to devices yet");
    expect(await html("/firmware")).toContain('href="/firmware/new"');
    const viewer = await pages.cloud.addMember("viewer");
    expect(await html("/firmware", viewer)).not.toContain('href="/firmware/new"');
    expect((await pages.open("/firmware/new", viewer)).status).toBe(403);
    expect(await html("/jobs")).toContain('href="/firmware"');
  });

  test("takes a plain form with a file, and lists what it was, who has it and what it is for", async () => {
    const sent = await upload();
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/firmware"]);
    expect(await pages.follow(sent)).toContain("till 8.0.0 was uploaded");
    const [made] = await list();
    expect(made).toMatchObject({ name: "till", devices: 2, jobs: [] });
    const page = await html("/firmware");
    expect(page).toContain(createHash("sha256").update(BYTES).digest("hex").slice(0, 12));
    expect(page).toContain("2 devices report it");
    expect(page).toContain("/devices?firmware=8.0.0&amp;type=payment-terminal");
    expect(page).toContain(`/jobs/new?kind=firmware.transfer&amp;firmware=${made!.id}`);
    expect(await html("/firmware?q=camera")).toContain("No firmware matches");
  });

  test("tells a script where to go on, and the page there what was done", async () => {
    const sent = await upload({}, BYTES, "application/json");
    expect([sent.status, await sent.json()]).toEqual([200, { location: "/firmware" }]);
    expect(sent.headers.getSetCookie().join()).toContain("notice=");
  });

  test.each([
    [{ version: " " }, BYTES, 422, "version"],
    [{ name: "x".repeat(65) }, BYTES, 422, "name"],
    [{ deviceType: "x".repeat(41) }, BYTES, 422, "deviceType"],
    [{ sha256: "abc" }, BYTES, 422, "sha256"],
    [{ sha256: "0".repeat(64) }, BYTES, 422, "sha256"],
    [{}, "", 422, "file"],
    [{}, new Uint8Array(MIB + 1), 413, "file"],
    [{}, new Uint8Array(MIB + 200_000), 413, "file"],
  ])(
    "shows what is wrong with %j at its field, keeps what was typed, and no firmware",
    async (form, file, status, field) => {
      const sent = await upload(form, file);
      const page = await sent.text();
      expect([sent.status, page.includes(`id="${field}-error"`)]).toEqual([status, true]);
      if (field === "file") expect(page).toContain('value="payment-terminal"');
      expect(await list()).toEqual([]);
    },
  );

  test("names the version that is taken, and the room that is not there", async () => {
    await upload();
    const again = await upload({}, "other bytes");
    expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('id="version-error"')]);
    await upload({ version: "8.1" }, new Uint8Array(MIB));
    const full = await upload({ version: "8.2" }, new Uint8Array(MIB - 10));
    expect([full.status, await full.text()]).toEqual([409, expect.stringContaining("Has no room any more")]);
    expect(await list()).toHaveLength(2);
  });

  test("is looked at while it is filled in, and nothing is kept", async () => {
    await upload();
    const looked = await pages.send("/firmware/new/check", ABOUT);
    expect([looked.status, await looked.text()]).toEqual([
      200,
      expect.stringContaining("Is taken by another"),
    ]);
    const fine = await pages.send("/firmware/new/check", { ...ABOUT, version: "9" });
    expect(await fine.text()).not.toContain("-error");
    expect((await pages.open("/firmware/new/check")).headers.get("location")).toBe("/firmware/new");
  });

  test("takes no other form than one with a file", async () => {
    const sent = await pages.send("/firmware/new", ABOUT);
    expect([sent.status, await sent.text()]).toEqual([422, expect.stringContaining('role="alert"')]);
  });

  test("rolls one out by a form that has it filled in, for the devices of its type", async () => {
    await upload();
    const [made] = await list();
    const form = await html(`/jobs/new?kind=firmware.transfer&firmware=${made!.id}`);
    expect(form).toContain(`<option value="${made!.id}" selected>`);
    expect(form).toContain('name="targets.types" value="payment-terminal" checked');
    expect((await pages.open("/jobs/new?kind=firmware.transfer&firmware=none")).status).toBe(200);
  });

  test("deletes one, brings it back, and refuses while a job needs it", async () => {
    await upload();
    const [made] = await list();
    const id = made!.id;
    const gone = await pages.send(`/firmware/${id}/remove`, {});
    const told = await pages.follow(gone);
    expect(told).toContain("till 8.0.0 was deleted");
    expect(told).toContain(`action="/firmware/${id}/restore"`);
    expect(await list()).toEqual([]);
    expect(await pages.follow(await pages.send(`/firmware/${id}/restore`, {}))).toContain(
      "till 8.0.0 is back",
    );
    const json = {
      kind: "firmware.transfer",
      arguments: { firmware: id },
      targets: { filter: { type: "payment-terminal" } },
    };
    const job = (await (await pages.cloud.api("/jobs", pages.cloud.owner, { json })).json()) as {
      id: string;
    };
    const page = await html("/firmware");
    expect(page).toContain(`href="/jobs/${job.id}"`);
    expect(page).toContain("is needed");
    expect(page).not.toContain(`action="/firmware/${id}/remove"`);
    const refused = await pages.send(`/firmware/${id}/remove`, {});
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining("A job needs this firmware"),
    ]);
    expect(await list()).toMatchObject([{ jobs: [{ id: job.id, name: "till 8.0.0" }] }]);
  });
});
