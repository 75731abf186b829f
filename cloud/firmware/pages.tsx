import { type Context, Hono } from "hono";
import { accept, type Refusal, type Result } from "../../protocol/errors.ts";
import {
  type FirmwareUpload,
  firmwareQuerySchema,
  firmwareUploadSchema,
} from "../../protocol/firmware/firmware.ts";
import { KIB } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import {
  type FirmwareValues,
  firmwareListPage,
  firmwareUploadPage,
  sizeText,
  type Words,
} from "../../ui/ui.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { readFileForm } from "../http/file-form.ts";
import { redirectTelling, tell } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  readListQuery,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import type { Firmwares } from "./firmware.ts";

type Parts = ShowParts & { firmwares: Firmwares; devices: Devices };

const FIELDS = ["name", "version", "deviceType", "sha256", "file"];
const EMPTY: FirmwareValues = { name: "", version: "", deviceType: "", sha256: "" };
/** What a form has around its file, at most. */
const AROUND_BYTES = 64 * KIB;

/** `/firmware`, behind a scope. */
export function firmwarePages(parts: Parts): Hono<AppEnv> {
  const { firmwares } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "firmware:write");

  pages.get("/", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(firmwareQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await firmwares.list(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    const types = await typesOf(c, parts);
    return show(c, parts, firmwareListPage({ firmware: found.value, query: query.value, after, types }));
  });

  pages.get("/new", needs, (c) => showUpload(c, parts, EMPTY, null));
  // The address of a form that was sent, when it is asked for by itself.
  pages.get("/new/check", (c) => c.redirect("/firmware/new", 303));
  pages.post("/new/check", needs, async (c) => {
    const values = toValues(await readForm(c));
    const about = readAbout(values);
    const fine = about.ok ? await firmwares.check(c.get("scope"), about.value, null) : about;
    return showUpload(c, parts, values, fine.ok ? null : fine.refusal, 200);
  });
  pages.post("/new", needs, async (c) => {
    const read = await readFileForm(c.req.raw);
    if (!read.ok) return showUpload(c, parts, EMPTY, read.refusal);
    const values = toValues(read.value.fields);
    const about = readAbout(values);
    const made = about.ok
      ? await firmwares.upload(c.get("scope"), about.value, read.value.file, leastBytes(c))
      : about;
    if (!made.ok) return showUpload(c, parts, values, made.refusal);
    const { name, version } = made.value;
    const told = { kind: "firmware.uploaded", name: `${name} ${version}` } as const;
    // The script that sends the form goes on by itself.
    if (c.req.header("accept") !== "application/json") return redirectTelling(c, parts, "/firmware", told);
    tell(c, parts, told);
    return c.json({ location: "/firmware" });
  });

  pages.post("/:id/remove", async (c) => {
    const { id } = c.req.param();
    const known = await firmwares.get(c.get("scope"), id);
    const removed = await firmwares.remove(c.get("scope"), id);
    if (!removed.ok) return showRefusal(c, parts, removed.refusal);
    const name = known.ok ? `${known.value.name} ${known.value.version}` : "";
    return redirectTelling(c, parts, "/firmware", { kind: "firmware.removed", name, id });
  });
  pages.post("/:id/restore", async (c) => {
    const restored = await firmwares.restore(c.get("scope"), c.req.param("id"));
    if (!restored.ok) return showRefusal(c, parts, restored.refusal);
    const { name, version } = restored.value;
    return redirectTelling(c, parts, "/firmware", {
      kind: "firmware.restored",
      name: `${name} ${version}`,
    });
  });
  return pages;
}

async function showUpload(
  c: Context<AppEnv>,
  parts: Parts,
  values: FirmwareValues,
  refusal: Refusal | null,
  badFields?: 200,
): Promise<Response> {
  const maxBytes = parts.firmwares.maxBytes();
  const problem =
    refusal === null
      ? { errors: [], problem: null }
      : formProblem(atFields(refusal, pageWords(c), maxBytes), FIELDS);
  const view = firmwareUploadPage({ values, types: await typesOf(c, parts), maxBytes, ...problem });
  return show(c, parts, view, refusal === null ? 200 : (badFields ?? formStatus(refusal)));
}

/** The types of devices that there are, for who may see devices. */
async function typesOf(c: Context<AppEnv>, { devices }: Parts): Promise<readonly string[]> {
  const choices = await devices.choices(c.get("scope"));
  return choices.ok ? choices.value.types : [];
}

function toValues(form: Readonly<Record<string, string>>): FirmwareValues {
  const { name = "", version = "", deviceType = "", sha256 = "" } = form;
  return { name, version, deviceType, sha256 };
}

/** What is empty is left out. */
function readAbout({ name, version, deviceType, sha256 }: FirmwareValues): Result<FirmwareUpload> {
  const about = check(firmwareUploadSchema, {
    ...{ name, version },
    ...(deviceType.trim() === "" ? {} : { deviceType }),
    ...(sha256.trim() === "" ? {} : { sha256: sha256.trim() }),
  });
  return about.ok ? accept(about.value) : about;
}

/** How large the file is at least, by what was announced; null when nothing was. */
function leastBytes(c: Context<AppEnv>): number | null {
  const announced = Number(c.req.header("content-length") ?? "none");
  return Number.isSafeInteger(announced) ? Math.max(0, announced - AROUND_BYTES) : null;
}

/** What is wrong with the bytes, at the field of the file. */
function atFields(refusal: Refusal, words: Words, maxBytes: number): Refusal {
  const { refused } = words.firmware;
  const at = (path: string, message: string) => ({ ...refusal, errors: [{ path, message }] });
  switch (refusal.code) {
    case "request.too-large":
      return at("file", refused.tooLarge(sizeText(words, maxBytes)));
    case "firmware.no-room":
      return at("file", refused.noRoom);
    case "firmware.damaged":
      return at("sha256", refused.damaged);
    default:
      return refusal.errors?.some(({ path }) => path === "body") === true
        ? at("file", refused.empty)
        : refusal;
  }
}
