import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** What is said of a form while it is filled in. */

let pages: TestPages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

/** The messages by field, of an answer. */
async function looked(form: string, values: Record<string, string>, language = "en"): Promise<object> {
  const answer = await pages.app.request(`/check/${form}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "accept-language": language },
    body: new URLSearchParams(values).toString(),
  });
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const html = await answer.text();
  const messages = [...html.matchAll(/<p [^>]*id="([^"]+)-error">(.*?)<\/p>/g)];
  return Object.fromEntries(
    messages.map(([, name, text]) => [name, text!.replaceAll(/<[^>]+>/g, "").trim()]),
  );
}

test("every form that is looked at while it is filled in has what looks at it", async () => {
  const names = new Set<string>();
  for (const file of new Bun.Glob("ui/pages/**/*.tsx").scanSync(".")) {
    const text = await Bun.file(file).text();
    for (const [, name] of text.matchAll(/data-check="\/check\/([^"]+)"/g)) names.add(name!);
  }
  expect(names.size).toBeGreaterThan(10);
  // Where nothing may be left empty something is wrong with nothing; quiet hours may be none.
  const wrong = { "notification-settings": { from: "25:00", to: "7:00" } };
  for (const name of names) {
    const messages = await looked(name, name in wrong ? wrong[name as keyof typeof wrong] : {});
    expect([name, Object.keys(messages).length > 0]).toEqual([name, true]);
  }
});

test("its messages are those of the API's schemas, in the reader's language", async () => {
  const site = { name: "", timeZone: "Mars/Base", latitude: "99" };
  expect(await looked("site", site)).toEqual({
    name: "A site needs a name",
    timeZone: "Must be a time zone such as Europe/London",
    latitude: "Must be at most 90",
  });
  expect(await looked("site", site, "de")).toMatchObject({ latitude: "Darf höchstens 90 sein" });
  expect(await looked("site", { name: "Leeds", timeZone: "Europe/London" })).toEqual({});
});

test("credentials of a platform are looked at as those of that platform, and a tag of many devices as a tag", async () => {
  const apns = { platform: "apns", key: "no key", keyId: "x", teamId: "", topic: "a.b" };
  expect(Object.keys(await looked("platform", apns))).toEqual(expect.arrayContaining(["keyId", "teamId"]));
  expect(await looked("platform", { platform: "fcm", serviceAccount: "{" })).toEqual({
    serviceAccount: "Must be a JSON object",
  });
  expect(await looked("device-bulk", { kind: "add-tag", tag: "" })).toEqual({ tag: expect.any(String) });
  expect(await looked("device-bulk", { kind: "add-tag", tag: "Till" })).toEqual({});
  expect(await looked("device-bulk", { kind: "retire", tag: "" })).toEqual({});
});

test("a password is weighed beside what else is wrong, and nobody hears whether there is an account", async () => {
  const form = {
    name: "Ada",
    organization: "",
    email: pages.cloud.owner.email,
    password: "passwordpassword",
  };
  expect(await looked("signup", form)).toEqual({
    organization: "Enter the name of your organisation",
    password: expect.stringMatching(/tried first|everybody knows/),
  });
  expect(await looked("signup", { ...form, organization: "X", password: "four quiet brown owls" })).toEqual(
    {},
  );
});

test("boxes count one by one", async () => {
  const body = new URLSearchParams([
    ["name", "Night shift"],
    ["permissions", "device:read"],
    ["permissions", "telemetry:read"],
  ]);
  expect(await looked("role", { name: "Night shift" })).toEqual({ permissions: expect.any(String) });
  const both = await pages.app.request("/check/role", { method: "POST", body });
  expect(await both.text()).toBe("");
});
