/**
 * usage: bun ui/testing/preview.ts [--port N]
 *
 * Every page with made-up data, to look at and to change: styles and scripts are built once at the start.
 */
import { parseArgs } from "node:util";
import { toProblem } from "../../protocol/errors.ts";
import { DAY, SECOND } from "../../protocol/units.ts";
import { loadAssets } from "../assets.ts";
import {
  designPage,
  deviceConfigPage,
  deviceListPage,
  devicePage,
  errorPage,
  type Frame,
  forgotPasswordPage,
  gatewayAddPage,
  gatewayClaimPage,
  gatewayListPage,
  gatewayPage,
  hasMacKeys,
  type LocalView,
  languageOf,
  listsOf,
  loginPage,
  overviewPage,
  renderPage,
  resetPasswordPage,
  signupPage,
  siteFormPage,
  siteListPage,
  sitePage,
  themeOf,
  wordsOf,
  zoneOf,
} from "../ui.ts";
import { configViews, makeLayer } from "./config-views.ts";
import { firmwareViews } from "./firmware-views.ts";
import { type Estate, makeEstate } from "./fixtures.ts";
import { jobViews } from "./job-views.ts";
import { notificationViews } from "./notification-views.ts";
import { makeSeries, measuredAt } from "./series-fixture.ts";
import { simulationViews } from "./simulation-views.ts";

export const PREVIEW_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const page = <Item>(items: Item[]) => ({ items, nextCursor: null, total: items.length });
const NO_PROBLEM = { errors: [], problem: null };

/** The page at a path; null where there is none. */
function viewOf(url: URL, estate: Estate): { view: LocalView; loggedIn: boolean; status?: number } | null {
  const { sites, devices, gateways, overview } = estate;
  const [, area = "", id = "", part = ""] = url.pathname.split("/");
  const query = Object.fromEntries(url.searchParams);
  const inside = (view: LocalView) => ({ view, loggedIn: true });
  const outside = (view: LocalView) => ({ view, loggedIn: false });
  switch (area) {
    case "": {
      const attention = devices.filter(
        (device) =>
          device.siteName !== "Bologna Centrale" &&
          (device.health !== "healthy" || device.connectivity === "offline"),
      );
      attention.sort((a, b) => rank(b.health) - rank(a.health));
      return inside(
        overviewPage({
          overview,
          sites,
          attention,
          attentionTotal: attention.length,
          activity: estate.activity,
          tour: null,
          wall: query.wall !== undefined,
        }),
      );
    }
    case "many": {
      const many = Array.from({ length: Number(id) }, (_, index) => ({
        ...sites[index % 37 === 0 ? (index / 37) % sites.length : 0]!,
        id: `${sites[0]!.id}${index}`,
        name: `Site ${index + 1}`,
      }));
      const attention = devices.filter(({ health }) => health !== "healthy");
      return inside(
        overviewPage({
          overview: { ...overview, sites: { total: many.length, withProblems: 31 } },
          sites: many,
          attention,
          attentionTotal: 31,
          activity: estate.activity,
          tour: null,
          wall: query.wall !== undefined,
        }),
      );
    }
    case "empty":
      return inside(
        overviewPage({
          overview: { ...overview, sites: { total: 0, withProblems: 0 } },
          sites: [],
          attention: [],
          attentionTotal: 0,
          tour: null,
          activity: [],
          wall: false,
        }),
      );
    case "sites": {
      if (id === "") {
        const found = sites.filter((site) => site.name.toLowerCase().includes((query.q ?? "").toLowerCase()));
        const list = { sites: page(found), query: { limit: 50, ...query }, after: 0 };
        return inside(siteListPage({ ...list, tags: ["pilot"], deleted: 1 }));
      }
      const site = sites.find((candidate) => candidate.id === id);
      if (id !== "new" && site === undefined) return null;
      if (id === "new" || part === "edit") {
        return inside(
          siteFormPage({
            version: null,
            site: site ?? null,
            values: {
              name: site?.name ?? "",
              address: site?.address ?? "",
              timeZone: site?.timeZone ?? "Europe/London",
              description: site?.description ?? "",
              latitude: "",
              longitude: id === "new" ? "" : "191",
              tags: "",
              customAttributes: "",
            },
            timeZones: ["Europe/London", "Europe/Paris"],
            errors: id === "new" ? [] : [{ path: "longitude", message: "must be at most 180" }],
            problem: null,
          }),
        );
      }
      return inside(
        sitePage({
          site: site!,
          devices: page(devices.filter((device) => device.siteId === id)),
          gateways: gateways.filter((gateway) => gateway.siteId === id),
        }),
      );
    }
    case "devices": {
      if (id === "") {
        const found = devices.filter(
          (device) =>
            (!query.q || device.name.toLowerCase().includes(query.q.toLowerCase())) &&
            (!query.connectivity || device.connectivity === query.connectivity) &&
            (!query.health || device.health === query.health) &&
            (!query.type || device.type === query.type) &&
            (!query.site || device.siteId === query.site),
        );
        return inside(
          deviceListPage({
            devices: {
              items: found.slice(0, 25),
              nextCursor: found.length > 25 ? "next" : null,
              total: found.length,
            },
            query: { limit: 25, ...query },
            after: 0,
            deleted: 0,
            choices: {
              sites,
              types: [...new Set(devices.map((device) => device.type))],
              tags: ["bar"],
              firmware: ["1.4.2"],
            },
          }),
        );
      }
      const device = devices.find((candidate) => candidate.id === id);
      if (device === undefined) return null;
      if (part === "configuration") {
        return inside(
          deviceConfigPage({
            versions: { config: "", details: "" },
            history: { items: [], nextCursor: null, total: 0 },
            device,
            layer: makeLayer("device", { config: device.config.desired?.config ?? {} }),
            typed: null,
            details: { name: device.name, type: device.type, tags: "", customAttributes: "" },
            ...NO_PROBLEM,
          }),
        );
      }
      return inside(
        devicePage({
          device,
          timeZone: estate.sites.find(({ id }) => id === device.siteId)?.timeZone ?? null,
          series: null,
          marks: [],
        }),
      );
    }
    case "gateways": {
      if (id === "add") {
        return inside(gatewayAddPage({ sites: sites.map((site) => site.name), site: "", ...NO_PROBLEM }));
      }
      if (id === "claim") {
        const expiresAt = new Date(Date.now() + DAY).toISOString();
        const claim = { claim: "7KQF-2M9D", site: sites[10]!.name, siteId: sites[10]!.id, expiresAt };
        return inside(
          gatewayClaimPage({
            ...{ claim, cloudUrl: "https://homepot.example", replaces: false },
            install: `curl -fsSL https://homepot.example/install.sh | sudo sh -s -- ${claim.claim}`,
          }),
        );
      }
      const newest = { version: "0.1.1", sequence: 2, outdated: gateways.length };
      const shown = gateways.find((gateway) => gateway.id === id);
      if (shown !== undefined) return inside(gatewayPage({ gateway: shown, newest }));
      return inside(gatewayListPage({ gateways: page(gateways), query: { limit: 50 }, after: 0, newest }));
    }
    case "design":
      return inside(designPage());
    case "configuration": {
      const view = configViews(estate, (number) => devices[number]!)[url.searchParams.get("view") ?? ""];
      return view === undefined ? null : inside(view);
    }
    case "firmware": {
      const found = firmwareViews(estate)[url.searchParams.get("view") ?? "firmware"];
      return found === undefined ? null : inside(found);
    }
    case "jobs": {
      const views = jobViews(estate);
      const name = url.searchParams.get("view") ?? (id === "" ? "jobs" : "job");
      return views[name] === undefined ? null : inside(views[name]);
    }
    case "notifications": {
      const found = notificationViews(estate)[url.searchParams.get("view") ?? "endpoints"];
      return found === undefined ? null : inside(found);
    }
    case "simulation": {
      const views = simulationViews(estate);
      const name =
        url.searchParams.get("view") ??
        (id === "" ? "simulations" : id === "start" ? "simulation start" : "simulation");
      return views[name] === undefined ? null : inside(views[name]);
    }
    case "login":
      return outside(
        loginPage({
          email: "",
          next: "/",
          signupOpen: true,
          done: null,
          errors: [],
          problem: query.bad
            ? { title: "Email or password is wrong", text: "Check both and try again." }
            : null,
        }),
      );
    case "signup":
      return outside(signupPage({ values: { name: "", organization: "", email: "" }, ...NO_PROBLEM }));
    case "forgot-password":
      return outside(forgotPasswordPage({ email: "", sent: false, mailed: true, ...NO_PROBLEM }));
    case "reset-password":
      return outside(resetPasswordPage({ token: "t", ...NO_PROBLEM }));
    case "broken": {
      const problem = toProblem({ code: "internal.error", detail: "made up" });
      return { view: errorPage({ problem, requestId: "req-7f3a" }), loggedIn: true, status: 500 };
    }
    default:
      return null;
  }
}

function rank(health: string): number {
  return ["healthy", "unknown", "warning", "error"].indexOf(health);
}

/** Serves the pages with the headers the cloud sends, an event socket that moves, and series. */
export async function startPreview(port: number, nowMs?: number) {
  const assets = await loadAssets();
  const startedMs = nowMs ?? Date.now();
  const estate = () => makeEstate(nowMs ?? Date.now());
  const bases = new Map(
    estate().devices.flatMap((device) =>
      device.latest.map((value) => [`${device.id} ${value.metric}`, value] as const),
    ),
  );
  return Bun.serve<{ watch: string[]; timer: Timer | null }>({
    port,
    hostname: "127.0.0.1",
    fetch(request, server) {
      const url = new URL(request.url);
      if (url.pathname === "/api/v1/events") {
        return server.upgrade(request, { data: { watch: [], timer: null } })
          ? undefined
          : new Response(null, { status: 400 });
      }
      if (url.pathname === "/api/v1/auth/me") return Response.json(estate().me);
      if (url.pathname === "/api/v1/sites") return Response.json(page(estate().sites));
      if (url.pathname === "/api/v1/devices") return Response.json(page(estate().devices));
      const series = /^\/api\/v1\/devices\/([^/]+)\/telemetry$/.exec(url.pathname);
      if (series !== null) {
        const metric = url.searchParams.get("metric") ?? "";
        const base = Number(bases.get(`${series[1]} ${metric}`)?.value ?? 1);
        const [from, to, points] = ["from", "to", "points"].map((name) => Number(url.searchParams.get(name)));
        return Response.json(makeSeries(metric, base, from!, to!, points!));
      }
      if (url.pathname.startsWith("/assets/")) {
        const asset = assets.get(url.pathname.slice("/assets/".length));
        return asset === null
          ? new Response(null, { status: 404 })
          : new Response(asset.body, {
              headers: { "content-type": asset.type, "cache-control": "no-store" },
            });
      }
      const found = viewOf(url, estate());
      const problem = toProblem({ code: "route.unknown", detail: url.pathname });
      const shown = found ?? { view: errorPage({ problem, requestId: null }), loggedIn: true, status: 404 };
      const frame: Frame = {
        theme: themeOf(request.headers.get("cookie")),
        words: wordsOf(languageOf(request.headers.get("cookie"), request.headers.get("accept-language"))),
        me: shown.loggedIn ? estate().me : null,
        after: null,
        nowMs: nowMs ?? Date.now(),
        lists: listsOf(undefined),
        mac: hasMacKeys(request.headers.get("user-agent")),
        shortcuts: true,
        unread: shown.loggedIn ? 3 : null,
        notice: null,
        timeZone: zoneOf(request.headers.get("cookie")),
        url: `${url.pathname}${url.search}`,
        assets: assets.entry,
      };
      return new Response(renderPage(frame, shown.view), {
        status: shown.status ?? 200,
        headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": PREVIEW_CSP },
      });
    },
    websocket: {
      open(socket) {
        socket.send(JSON.stringify({ type: "heartbeat", now: nowMs ?? Date.now() }));
        let beat = 0;
        socket.data.timer = setInterval(() => {
          beat += 1;
          const atMs = (nowMs ?? 0) === 0 ? Date.now() : startedMs + beat * SECOND;
          for (const device of socket.data.watch) {
            const readings = [...bases]
              .filter(([key]) => key.startsWith(device))
              .map(([, { metric, value }]) => [
                metric,
                atMs,
                typeof value === "number"
                  ? measuredAt(metric, value, atMs)
                  : typeof value === "boolean"
                    ? measuredAt(metric, 1, atMs) === 1
                    : value,
              ]);
            socket.send(JSON.stringify({ type: "telemetry", device, readings }));
          }
          if (beat % 20 === 0) socket.send(JSON.stringify({ type: "heartbeat", now: atMs }));
        }, SECOND);
      },
      message(socket, message) {
        socket.data.watch = (JSON.parse(String(message)) as { watch: string[] }).watch;
      },
      close(socket) {
        if (socket.data.timer !== null) clearInterval(socket.data.timer);
      },
    },
  });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
  const server = await startPreview(Number(values.port));
  console.error(`preview: ${server.url}`);
}
