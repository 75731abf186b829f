import { Hono } from "hono";
import { refuseField } from "../../protocol/errors.ts";
import { claimRequestSchema, gatewayQuerySchema } from "../../protocol/gateways/gateway.ts";
import { check } from "../../protocol/validate.ts";
import { gatewayAddPage, gatewayClaimPage, gatewayListPage, gatewayPage } from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import {
  formProblem,
  formStatus,
  readForm,
  readListQuery,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import { installCommand } from "../installer/installer.ts";
import type { Releases } from "../releases/releases.ts";
import type { Sites } from "../sites/sites.ts";
import type { Gateways } from "./gateways.ts";

type Parts = ShowParts & { gateways: Gateways; sites: Sites; releases: Releases; publicOrigin: string };

export const GATEWAY_CHECKS: FormChecks = { gateway: readClaim };

/** `/gateways`, behind a scope. */
export function gatewayPages(parts: Parts): Hono<AppEnv> {
  const { gateways, sites, releases, publicOrigin } = parts;
  const pages = new Hono<AppEnv>();
  const siteNames = async (scope: Scope) => {
    const found = await sites.brief(scope);
    return found.ok ? found.value.map(({ name }) => name) : [];
  };

  const hasProgram = async (): Promise<boolean> => {
    const [newest] = await releases.all();
    return newest?.release.files.some(({ program }) => program === "homepot-edge") === true;
  };

  const newestRelease = async () => (await releases.all())[0]?.release ?? null;

  pages.get("/", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(gatewayQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await gateways.list(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    const newest = await newestRelease();
    const others =
      newest === null ? null : await gateways.list(c.get("scope"), { limit: 1, notVersion: newest.version });
    const outdated = others?.ok === true ? others.value.total : 0;
    const view = gatewayListPage({
      ...{ gateways: found.value, query: query.value, after },
      newest: newest === null ? null : { version: newest.version, outdated },
    });
    return show(c, parts, view);
  });

  pages.get("/add", pageNeeds(parts, "gateway:claim"), async (c) => {
    const scope = c.get("scope");
    const wanted = c.req.query("site");
    const site = wanted === undefined ? null : await sites.get(scope, wanted);
    const names = await siteNames(scope);
    const chosen = site?.ok ? site.value.name : names.length === 1 ? (names[0] ?? "") : "";
    return show(c, parts, gatewayAddPage({ sites: names, site: chosen, errors: [], problem: null }));
  });
  // The code is in the answer itself and nowhere else: a redirect would have to carry it in an address.
  pages.post("/add", async (c) => {
    const scope = c.get("scope");
    const { site = "" } = await readForm(c);
    const input = readClaim({ site });
    const claimed = input.ok ? await gateways.claim(scope, input.value) : input;
    if (claimed.ok) {
      const claim = claimed.value;
      const install = (await hasProgram()) ? installCommand(publicOrigin, claim.claim) : null;
      return show(c, parts, gatewayClaimPage({ claim, cloudUrl: publicOrigin, install, replaces: false }));
    }
    const problem = formProblem(claimed.refusal, ["site"]);
    const view = gatewayAddPage({ sites: await siteNames(scope), site, ...problem });
    return show(c, parts, view, formStatus(claimed.refusal));
  });

  pages.get("/:id", async (c) => {
    const found = await gateways.get(c.get("scope"), c.req.param("id"));
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, gatewayPage({ gateway: found.value, newest: await newestRelease() }));
  });

  pages.post("/:id/replace", async (c) => {
    const claimed = await gateways.claim(c.get("scope"), { replaces: c.req.param("id") });
    if (!claimed.ok) return showRefusal(c, parts, claimed.refusal);
    const claim = claimed.value;
    const install = (await hasProgram()) ? installCommand(publicOrigin, claim.claim) : null;
    return show(c, parts, gatewayClaimPage({ claim, cloudUrl: publicOrigin, install, replaces: true }));
  });

  pages.post("/:id/rotate-key", async (c) => {
    const id = c.req.param("id");
    const asked = await gateways.rotateKey(c.get("scope"), id);
    if (!asked.ok) return showRefusal(c, parts, asked.refusal);
    return redirectTelling(c, parts, `/gateways/${id}`, { kind: "gateway.key-asked" });
  });

  pages.post("/:id/revoke", async (c) => {
    const revoked = await gateways.revoke(c.get("scope"), c.req.param("id"));
    if (!revoked.ok) return showRefusal(c, parts, revoked.refusal);
    return redirectTelling(c, parts, "/gateways", { kind: "gateway.revoked" });
  });
  return pages;
}

function readClaim({ site = "" }: Readonly<Record<string, string>>) {
  return site.trim() === ""
    ? refuseField("site", "choose a site, or name a new one")
    : check(claimRequestSchema, { site });
}
