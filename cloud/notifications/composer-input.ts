import type { FieldError } from "../../protocol/errors.ts";
import type { NotificationInput, PreviewInput } from "../../protocol/notifications/notification.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { readFilterAddress } from "../devices/devices.ts";
import { readTiming } from "../jobs/jobs.ts";

/** From the form of the composer to what the API takes. What is empty is left to the API; what is no number it refuses. */

type Form = Readonly<Record<string, string>>;
/** As the API is to check it. */
type Asked = Record<string, unknown>;

const BUTTONS = ["1", "2"];
const ORDERS: Record<string, NonNullable<NotificationInput["fallback"]>["order"]> = {
  "web-push": ["web-push", "email"],
  apps: ["fcm", "apns", "wns", "web-push", "email"],
};

const reader = (form: Form) => {
  const text = (name: string) => form[name]?.trim() ?? "";
  const given = (name: string, value: unknown, as = name.split(".").at(-1)!) =>
    text(name) === "" ? {} : { [as]: value };
  const list = (name: string) =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const number = (name: string, each = 1) => {
    const value = Number(text(name).replace(",", "."));
    return Number.isNaN(value) ? text(name) : value * each;
  };
  return { text, given, list, number };
};

/** `POST /api/v1/notifications` */
export function readComposer(form: Form, zone: string): Asked {
  const { text, given, list, number } = reader(form);
  const order = ORDERS[text("fallback")];
  const site = { from: text("siteHours.from"), to: text("siteHours.to") };
  return {
    ...given("name", text("name")),
    ...content(form),
    targets: readTargets(form),
    ...(order === undefined
      ? given("channels", list("channels"))
      : {
          fallback: {
            order,
            ...given("fallback.afterSeconds", number("fallback.afterSeconds", MINUTE / SECOND)),
          },
        }),
    ...given("quietHours", text("quietHours")),
    ...given("inbox", text("inbox") === "true"),
    ...(site.from + site.to === "" ? {} : { siteHours: site }),
    // A job is asked to be run at the same times.
    timing: readTiming("ping", form, zone) ?? { kind: text("timing.kind") },
  };
}

/** The same to look at, as far as it is written: without a title it is still known whom it would reach. */
export function readPreview(form: Form, zone: string): { input: Asked; written: boolean } {
  const { fallback, name: _name, inbox: _inbox, siteHours, ...input } = readComposer(form, zone);
  const { message, targets, timing } = input as {
    message?: Asked;
    targets: Asked;
    timing: PreviewInput["timing"];
  };
  const written = message === undefined || message.title !== "";
  const { order } = (fallback ?? {}) as Partial<NonNullable<NotificationInput["fallback"]>>;
  const hours = (siteHours ?? {}) as { from?: string; to?: string };
  return {
    written,
    input: {
      ...input,
      ...(written ? {} : { message: { ...message, title: "–" } }),
      ...(order === undefined ? {} : { fallback: { order } }),
      // One half of them may not be written yet.
      ...(hours.from && hours.to && hours.from !== hours.to ? { siteHours: hours } : {}),
      ...(Object.keys(targets).length === 0 ? { targets: undefined } : {}),
      timing: (timing?.kind ?? "").length === 0 ? { kind: "now" } : timing,
    },
  };
}

function content(form: Form): Asked {
  const { text, given, number } = reader(form);
  const variables = readLines(text("variables"));
  if (text("template") !== "") return { template: text("template"), variables };
  const actions = BUTTONS.filter((button) => text(`button.${button}.title`) !== "").map((button) => ({
    ...{ id: `button-${button}`, title: text(`button.${button}.title`) },
    ...given(`button.${button}.link`, text(`button.${button}.link`)),
  }));
  return {
    message: {
      ...{ title: text("message.title"), body: text("message.body"), actions },
      ...given("message.link", text("message.link")),
      ...given("message.image", text("message.image")),
      ...given("message.priority", text("message.priority")),
      ...given("message.category", text("message.category")),
      ...given("message.collapseKey", text("message.collapseKey")),
      ...given("message.sound", text("message.sound")),
      ...given("message.badge", number("message.badge")),
      ...given("message.timeToLiveSeconds", number("message.timeToLiveSeconds", HOUR / SECOND)),
      ...given("message.data", readLines(text("message.data"))),
    },
    variables,
  };
}

function readTargets(form: Form): Asked {
  const { text, list } = reader(form);
  const members = list("targets.everyone");
  const roles = members.filter((one) => one.startsWith("role:")).map((one) => one.slice("role:".length));
  const lists = Object.entries({
    roles,
    devices: list("targets.devices"),
    sites: list("targets.sites"),
    tags: list("targets.tags"),
    people: list("targets.people"),
    topics: list("targets.topics"),
  }).filter(([, ids]) => ids.length > 0);
  const filter = text("targets.filter");
  return {
    ...Object.fromEntries(lists),
    ...(members.includes("true") ? { everyone: true } : {}),
    ...(filter === "" ? {} : { filter: readFilterAddress(filter) }),
  };
}

/** `name=value` by line; a line without a sign is a name with nothing. */
export function readLines(text: string): Record<string, string> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
}

/** What the API complains about, at the field of the form it came from. */
export function atFields(errors: readonly FieldError[]): FieldError[] {
  return errors.map(({ path, message }) => {
    const [, index, part] = /^message\.actions\.(\d+)\.(title|link)/.exec(path) ?? [];
    if (index !== undefined) return { path: `button.${Number(index) + 1}.${part}`, message };
    if (path === "targets" || path.startsWith("targets.roles")) return { path: "targets.everyone", message };
    if (path === "siteHours") return { path: "siteHours.from", message };
    if (path.startsWith("fallback.order")) return { path: "fallback", message };
    return { path, message };
  });
}
