import type { Device } from "../../protocol/devices/device.ts";
import { connectivityMarkup, healthMarkup } from "../islands/device-state-markup.ts";
import { element, escaped } from "../layout/markup.ts";
import type { Words } from "../words/catalogues.ts";
import { isReachable } from "../words/gateway-states.ts";
import {
  absoluteTime,
  connectionReason,
  healthReason,
  relativeTime,
  typeIcon,
  typeLabel,
} from "../words/words.ts";
import { iconMarkup } from "./icon.tsx";
import { rowDeedsMarkup } from "./row-deeds.tsx";

/** What is the same in every row of a table of devices. */
export interface RowsShown {
  words: Words;
  nowMs: number;
  timeZone: string | null;
  /** Where they are not all of one site. */
  withSite: boolean;
  /** The form that a box before each row belongs to. */
  pickFor?: string;
  mayEdit: boolean;
  maySeeSite: boolean;
  shows(column: "connection" | "health" | "site" | "lastSeen"): boolean;
}

/** A device as a row, as markup: of a page of a hundred they are nearly all, and as elements took most of its time. */
export function deviceRow(rows: RowsShown, device: Device): string {
  const { words, withSite, shows } = rows;
  // A site's page says itself that its gateway is away; each of its devices would only say it again.
  const connection = withSite || isReachable(device) ? connectionReason(words, device) : "";
  const health = isReachable(device) ? healthReason(words, device) : "";
  const cells = [
    rows.pickFor === undefined ? "" : pickCell(words, device, rows.pickFor),
    nameCell(rows, device),
    shows("connection") ? cell({}, connectivityMarkup(words, device) + below(connection)) : "",
    shows("health") ? cell({ class: "end-phone" }, healthMarkup(words, device) + below(health)) : "",
    withSite && shows("site") ? cell({ class: "cell-site" }, siteLink(rows, device)) : "",
    shows("lastSeen") ? cell({ class: "end nowrap" }, lastSeen(rows, device)) : "",
  ];
  return element("tr", {}, cells.join(""));
}

const cell = (look: { class?: string }, inside: string): string => element("td", look, inside);

/** Beneath a state, why it is so. */
const below = (reason: string): string =>
  reason === "" ? "" : element("span", { class: "cell-sub off-phone" }, escaped(reason));

function pickCell({ bulk }: Words, { id, name }: Device, form: string): string {
  const about = { id: `pick-${id}`, name: "id", value: id, form };
  const look = { type: "checkbox", ...about, "data-pick": "true", "aria-label": bulk.pick(name) };
  return cell({ class: "pick" }, element("label", { class: "above" }, element("input", look, null)));
}

function nameCell({ words, mayEdit }: RowsShown, device: Device): string {
  const { id, name, key, type, provenance } = device;
  const edit = { href: `/devices/${id}/configuration`, icon: "pencil", rowKey: "e" } as const;
  const more = [
    element("span", {}, escaped(typeLabel(words, type))),
    name === key ? "" : element("span", { class: "mono" }, escaped(key)),
    provenance === "simulated" ? element("span", { class: "badge" }, escaped(words.states.simulated)) : "",
    tagLinks(words, device),
  ];
  const inside = [
    element("a", { class: "row-link", href: `/devices/${id}` }, escaped(name)),
    mayEdit ? rowDeedsMarkup([{ ...edit, label: words.lists.edit(name) }]) : "",
    element("small", {}, more.join("")),
  ];
  const named = `${iconMarkup(typeIcon(type), true)}${element("div", {}, inside.join(""))}`;
  return cell({ class: "lead" }, element("div", { class: "cell-name" }, named));
}

/** As `Tags` has them. */
function tagLinks({ sites }: Words, { tags }: Device): string {
  if (tags.length === 0) return "";
  const links = tags.map((tag) => {
    const href = `/devices?tag=${encodeURIComponent(tag)}`;
    const label = sites.tagLink["/devices"](tag);
    return element("a", { class: "tag above", href, "aria-label": label }, escaped(tag));
  });
  return element("span", { class: "tags" }, links.join(""));
}

function siteLink({ maySeeSite }: RowsShown, { siteId, siteName }: Device): string {
  const link = { href: `/sites/${siteId}`, class: "above" };
  return element(maySeeSite ? "a" : "span", maySeeSite ? link : {}, escaped(siteName));
}

/** As `Ago` has it. */
function lastSeen({ words, nowMs, timeZone }: RowsShown, { lastSeenAt }: Device): string {
  if (lastSeenAt === null) return element("span", { class: "faint" }, escaped(words.devices.never));
  const atMs = Date.parse(lastSeenAt);
  const datetime = new Date(atMs).toISOString();
  const title = absoluteTime(words, atMs, timeZone ?? "UTC");
  return element("time", { datetime, title, "data-ago": "" }, escaped(relativeTime(words, atMs, nowMs)));
}
