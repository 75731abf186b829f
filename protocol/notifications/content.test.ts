import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { check } from "../validate.ts";
import { messageSchema } from "./message.ts";
import { notificationInputSchema } from "./notification.ts";
import { fill, placeholdersIn } from "./placeholders.ts";
import { quietUntil } from "./quiet-hours.ts";
import { messageFor, missingVariables, templateInputSchema, unknownVariables } from "./template.ts";

const message = (input: object) => v.parse(messageSchema, { title: "Door", ...input });
const fieldsOf = (schema: v.GenericSchema, input: unknown) => {
  const checked = check(schema, input);
  return checked.ok ? [] : (checked.refusal.errors ?? []).map(({ path }) => path);
};

describe("places in a message", () => {
  const door = message({
    title: "{{device.name}} is open",
    body: "since {{ since }} at {{site.name}}",
    link: "/devices/{{device.id}}",
    data: { who: "{{person.name}}" },
    actions: [{ id: "look", title: "Look at {{device.name}}", link: "https://x.example/{{since}}" }],
  });

  test("are found wherever texts are, each once", () => {
    expect(placeholdersIn(door)).toEqual(["device.name", "since", "site.name", "person.name", "device.id"]);
  });

  test("are filled, with nothing where nothing is known", () => {
    expect(fill(door, { "device.name": "Till 1", since: "12:04", "device.id": "a/b?c" })).toMatchObject({
      title: "Till 1 is open",
      body: "since 12:04 at ",
      link: "/devices/a%2Fb%3Fc",
      data: { who: "" },
      actions: [{ title: "Look at Till 1", link: "https://x.example/12%3A04" }],
    });
  });

  test("never make a message too long, nor a title of nothing", () => {
    const long = fill(message({ title: "{{a}}", body: "{{a}}" }), { a: "x".repeat(3_000) });
    expect([long.title.length, long.title.at(-1), long.body.length]).toEqual([200, "…", 2_000]);
    expect(fill(message({ title: "{{a}}" }), {}).title).toBe("–");
    expect(fill(message({ title: "{{a}}" }), { a: "{{b}}", b: "no" }).title).toBe("{{b}}");
  });
});

describe("a template", () => {
  const template = v.parse(templateInputSchema, {
    name: "Door",
    language: "en",
    messages: {
      en: { title: "Open {{since}}" },
      de: { title: "Offen {{since}}" },
      "pt-BR": { title: "Aberta" },
    },
    variables: [{ name: "since" }, { name: "why", default: "" }],
  });

  test.each([
    ["de", "Offen {{since}}"],
    ["de-AT", "Offen {{since}}"],
    ["pt", "Aberta"],
    ["fr", "Open {{since}}"],
    [null, "Open {{since}}"],
  ])("says it to a reader of %p as near as it can", (language, title) => {
    expect(messageFor(template, language).title).toBe(title);
  });

  test("knows what is missing, and what it does not know", () => {
    expect(missingVariables(template, {})).toEqual(["since"]);
    expect(missingVariables(template, { since: "1" })).toEqual([]);
    const other = { ...template, messages: { en: message({ title: "{{a}} {{b}} {{device.name}}" }) } };
    expect(unknownVariables(other, { b: "1" }, ["device.name"])).toEqual(["a"]);
  });

  test.each([
    [{ messages: {} }, ["messages", "language"]],
    [{ language: "fr" }, ["language"]],
    [{ messages: { english: { title: "x" } } }, ["messages.english", "language"]],
    [{ messages: { en: {} } }, ["messages.en.title"]],
    [{ variables: [{ name: "a" }, { name: "a" }] }, ["variables"]],
    [{ variables: [{ name: "device.name" }] }, ["variables.0.name"]],
  ])("%j is not one", (change, fields) => {
    expect(fieldsOf(templateInputSchema, { ...template, ...change })).toEqual(fields);
  });
});

describe("a notification", () => {
  const input = { targets: { everyone: true }, message: { title: "Closed" } };

  test("is sent now, to everything its recipients have but email, and not at night", () => {
    expect(v.parse(notificationInputSchema, input)).toMatchObject({
      timing: { kind: "now" },
      quietHours: "defer",
      inbox: true,
      variables: {},
    });
  });

  test.each([
    [{ targets: {} }, ["targets"]],
    [{ targets: { people: [] } }, ["targets"]],
    [{ targets: { everyone: false } }, ["targets.everyone"]],
    [{ targets: { topics: ["Big"] } }, ["targets.topics.0"]],
    [{ message: undefined }, [""]],
    [{ template: "01930000-0000-7000-8000-000000000001" }, [""]],
    [{ channels: [] }, ["channels"]],
    [{ channels: ["pigeon"] }, ["channels.0"]],
    [{ fallback: { order: ["email"] } }, ["fallback.order"]],
    [{ fallback: { order: ["email", "email"] } }, ["fallback.order"]],
    [{ timing: { kind: "cron", cron: "x" } }, ["timing.cron"]],
    [{ siteHours: { from: "08:00", to: "8" } }, ["siteHours.to"]],
  ])("%j is not one", (change, fields) => {
    expect(fieldsOf(notificationInputSchema, { ...input, ...change })).toEqual(fields);
  });
});

test("quiet hours end in the person's own time, also where they go over midnight and the clock is set", () => {
  const quiet = { from: "22:00", to: "07:00", timeZone: "Europe/London" };
  const at = (text: string) => Date.parse(text);
  expect(quietUntil(quiet, at("2026-11-28T12:00:00Z"))).toBe(at("2026-11-28T12:00:00Z"));
  expect(quietUntil(quiet, at("2026-11-28T22:00:00Z"))).toBe(at("2026-11-29T07:00:00Z"));
  expect(quietUntil(quiet, at("2026-11-29T06:59:30Z"))).toBe(at("2026-11-29T07:00:00Z"));
  // Summer time begins in this night.
  expect(quietUntil(quiet, at("2026-03-29T00:30:00Z"))).toBe(at("2026-03-29T06:00:00Z"));
});
