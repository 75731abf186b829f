import { type Context, Hono } from "hono";
import { refuseField } from "../../protocol/errors.ts";
import { type ImportProps, importPage } from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formStatus, pageWords, readForm, type ShowParts, show } from "../http/show.ts";
import type { RunImport } from "./imports.ts";

type Parts = ShowParts & { publicOrigin: string };
type Props = Omit<ImportProps, "simulated">;
/** How many simulated devices an export leaves out that is not asked for them. */
type CountLeftOut = (scope: Scope) => Promise<number>;

/** `/sites/import` and `/devices/import`, behind a scope. What was looked at is sent again with the word to do it. */
export function importPages(
  parts: Parts,
  { what, run, leftOut }: { what: ImportProps["what"]; run: RunImport; leftOut: CountLeftOut },
): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  const permission = what === "sites" ? "site:write" : "device:write";
  const blank = { what, csv: "", preview: null, failingOnly: false, problem: null } as const;
  const showImport = async (c: Context<AppEnv>, props: Props, status?: Parameters<typeof show>[3]) =>
    show(c, parts, importPage({ ...props, simulated: await leftOut(c.get("scope")) }), status);
  const showProblem = (c: Context<AppEnv>, props: Props, refusal: Parameters<typeof formStatus>[0]) => {
    const kind = pageWords(c).errors[refusal.code];
    const detail = refusal.errors?.map(({ path, message }) => `${path}: ${message}`).slice(0, 5) ?? [];
    const text = [refusal.detail, ...detail, kind.hint].filter((part) => part !== "").join(" · ");
    return showImport(c, { ...props, problem: { title: kind.title, text } }, formStatus(refusal));
  };

  pages.use(pageNeeds(parts, permission));
  pages.get("/", (c) => showImport(c, blank));
  // The address of a form that was sent, when it is asked for by itself.
  pages.get("/run", (c) => c.redirect(`/${what}/import`, 303));

  pages.post("/", async (c) => {
    const { csv, failing } = await readCsvForm(c);
    if (csv.trim() === "")
      return showProblem(c, blank, refuseField("file", pageWords(c).imports.empty).refusal);
    const found = await run(c.get("scope"), csv, { "dry-run": "true" });
    if (!found.ok) return showProblem(c, { ...blank, csv }, found.refusal);
    return showImport(c, { ...blank, csv, preview: found.value, failingOnly: failing === "true" });
  });

  pages.post("/run", async (c) => {
    const { csv, digest, skip } = await readCsvForm(c);
    const done = await run(c.get("scope"), csv, {
      ...(digest === "" ? {} : { digest }),
      ...(skip === "true" ? { "skip-failing": "true" } : {}),
    });
    if (!done.ok) {
      const again = await run(c.get("scope"), csv, { "dry-run": "true" });
      return showProblem(c, { ...blank, csv, preview: again.ok ? again.value : null }, done.refusal);
    }
    const { create, change } = done.value.counts;
    return redirectTelling(c, parts, `/${what}`, { kind: "import.done", name: String(create + change) });
  });
  return pages;
}

/** The text that was pasted, or that of the file, which goes before it. */
async function readCsvForm(c: Context<AppEnv>) {
  const { csv = "", digest = "", skip = "", failing = "" } = await readForm(c);
  const { file } = await c.req.parseBody();
  const text = file instanceof File && file.size > 0 ? await file.text() : csv;
  return { csv: text, digest, skip, failing };
}
