import type { Message } from "../../../protocol/notifications/message.ts";
import { changed, leftOut, notesOf } from "./fates.ts";

/** What becomes of a message on Windows: toast, tile and badge as XML, raw as JSON for the app. */

const isToast = ({ windows }: Message) => windows === "toast";

export function wnsNotes(message: Message) {
  const notToast = (field: keyof Message, note: string, has: (message: Message) => boolean) =>
    [(one: Message) => ["tile", "badge"].includes(one.windows) && has(one), leftOut(field, note)] as const;
  return notesOf(message, [
    [
      ({ windows, localization }) => windows !== "raw" && localization !== undefined,
      leftOut("localization", "Windows has the app's texts by ms-resource only; title and body are shown"),
    ],
    [
      ({ windows, sound }) => windows === "toast" && !["default", "none"].includes(sound),
      changed("sound", "played where the app brings ms-appx:///Assets/<sound>.wav"),
    ],
    [
      (one) => isToast(one) && one.badge !== undefined,
      leftOut("badge", "a toast has no number; send a badge"),
    ],
    [
      (one) => one.windows === "badge" && one.badge === undefined,
      changed("badge", "without a number the badge is taken away"),
    ],
    notToast("actions", "tiles and badges have no buttons", ({ actions }) => actions.length > 0),
    notToast("link", "tiles and badges lead nowhere", ({ link }) => link !== undefined),
    notToast("data", "only toasts and raw messages carry data", ({ data }) => Object.keys(data).length > 0),
  ]);
}

export function wnsContent(message: Message, id: string): { body: string; type: string } {
  switch (message.windows) {
    case "toast":
      return { body: toast(message, id), type: "text/xml" };
    case "tile":
      return { body: tile(message), type: "text/xml" };
    case "badge":
      return { body: `<badge value="${message.badge ?? 0}"/>`, type: "text/xml" };
    case "raw":
      return { body: raw(message, id), type: "application/octet-stream" };
  }
}

function toast(message: Message, id: string): string {
  const { title, body, image, actions, category, sound, priority } = message;
  const launch = JSON.stringify({
    id,
    ...(message.link === undefined ? {} : { link: message.link }),
    ...(Object.keys(message.data).length === 0 ? {} : { data: message.data }),
  });
  const scenario = priority === "critical" ? ' scenario="urgent"' : "";
  const header =
    category === undefined
      ? ""
      : `<header id="${xml(category)}" title="${xml(category)}" arguments="${xml(category)}"/>`;
  const buttons = actions.map((action) => {
    const web = action.link?.startsWith("https:") === true;
    const [type, target] = web
      ? ["protocol", action.link!]
      : ["foreground", JSON.stringify({ id, action: action.id })];
    return `<action content="${xml(action.title)}" activationType="${type}" arguments="${xml(target)}"/>`;
  });
  const picture = image === undefined ? "" : `<image placement="hero" src="${xml(image)}"/>`;
  return [
    `<toast launch="${xml(launch)}"${scenario}>${header}<visual><binding template="ToastGeneric">`,
    `<text>${xml(title)}</text>${body === "" ? "" : `<text>${xml(body)}</text>`}${picture}</binding></visual>`,
    buttons.length === 0 ? "" : `<actions>${buttons.join("")}</actions>`,
    sound === "none" ? '<audio silent="true"/>' : "",
    ["none", "default"].includes(sound) ? "" : `<audio src="ms-appx:///Assets/${xml(sound)}.wav"/>`,
    "</toast>",
  ].join("");
}

function tile({ title, body, image }: Message): string {
  const picture = image === undefined ? "" : `<image placement="background" src="${xml(image)}"/>`;
  const bindings = ["TileMedium", "TileWide"].map(
    (template) =>
      `<binding template="${template}">${picture}<text>${xml(title)}</text><text hint-wrap="true">${xml(body)}</text></binding>`,
  );
  return `<tile><visual>${bindings.join("")}</visual></tile>`;
}

function raw(message: Message, id: string): string {
  const { windows: _, timeToLiveSeconds: __, ...rest } = message;
  return JSON.stringify({ id, ...rest });
}

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text of an element or attribute; without what XML 1.0 section 2.2 allows nowhere. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
}
