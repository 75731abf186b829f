/**
 * Which part may import which, with the reason. A rule is looked up by the importing file, the first that matches
 * counts; a target is the imported file, or the package's name. Tests, `testing/` and `testdata/` may import more.
 */
export interface ImportRule {
  from: RegExp;
  mayImport: RegExp[];
  because: string;
}

const PROTOCOL = /^protocol\//;
const RUNTIME = /^(bun|bun:|node:)/;
const LOGTAPE = /^@logtape\/logtape$/;
const PREACT = [/^preact(\/|$)/, /^preact-render-to-string(\/|$)/];

export const IMPORT_TABLE: readonly ImportRule[] = [
  {
    from: PROTOCOL,
    mayImport: [PROTOCOL, /^valibot$/],
    because: "both sides and the browser run it: no I/O, no runtime, no other library",
  },
  {
    from: /^ui\/build(\.ts|ing\/)/,
    mayImport: [/^ui\//, RUNTIME, /^@resvg\/resvg-wasm$/, /^terser$/],
    because: "the build of the browser's files runs on the machine of whoever builds",
  },
  {
    from: /^ui\//,
    mayImport: [PROTOCOL, /^ui\//, ...PREACT, /^uplot(\/|$)/, /^htmx\.org(\/|$)/, /^uqr$/, /^valibot$/],
    because: "pages take props and give HTML; what they show is fetched by the cloud",
  },
  {
    from: /^edge\/cli\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^commander$/, LOGTAPE, /^valibot$/],
    because: "a command wires what it needs",
  },
  {
    from: /^edge\/(broker|simulator)\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^aedes$/, /^mqtt(-packet)?$/, LOGTAPE],
    because: "only the broker and the simulated devices know the libraries that speak MQTT",
  },
  {
    from: /^edge\/certificates\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^(@peculiar\/x509|reflect-metadata)$/],
    because: "only certificates know the library that makes them",
  },
  {
    from: /^edge\/installation\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^systemd\//, /^valibot$/],
    because: "the program brings the files that make it a service",
  },
  {
    from: /^edge\/status-page\//,
    mayImport: [
      PROTOCOL,
      /^edge\//,
      RUNTIME,
      /^ui\/(pages\/local\/|styles\/[a-z]+\.css$|words\/(catalogues|languages)\.ts$|icon\.svg$)/,
      /^valibot$/,
      LOGTAPE,
    ],
    because: "the gateway's own page is made of the dashboard's words and colours, and of nothing else of it",
  },
  {
    from: /^edge\/scheduler\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^croner$/, LOGTAPE],
    because: "only schedules know the library that reads them",
  },
  {
    from: /^edge\//,
    mayImport: [PROTOCOL, /^edge\//, RUNTIME, /^valibot$/, LOGTAPE, /^package\.json$/],
    because: "the gateway knows nothing of the cloud but the protocol, and is one small binary",
  },
  {
    from: /^cloud\/(app|[a-z-]+\/routes)\.ts$/,
    mayImport: [PROTOCOL, /^cloud\//, /^hono(\/|$)/, /^hono-openapi$/, /^valibot$/, LOGTAPE],
    because: "routes use Web standards only, so that app.request() tests them and any runtime can run them",
  },
  {
    from: /^cloud\/([a-z-]+\/)?(([a-z]+-)?pages|show)\.tsx?$/,
    mayImport: [
      PROTOCOL,
      /^cloud\/(?!database\/|[a-z-]+\/store\.ts$)/,
      /^ui\//,
      /^hono(\/|$)/,
      /^valibot$/,
      LOGTAPE,
      ...PREACT,
    ],
    because: "pages are where the cloud meets the dashboard, and ask what the API asks, never a store",
  },
  {
    from: /^cloud\/(served-app\.ts|cli\/|http\/assets\.ts)/,
    mayImport: [
      PROTOCOL,
      /^cloud\//,
      /^ui\/(assets|ui)\.ts$/,
      RUNTIME,
      /^hono(\/|$)/,
      /^commander$/,
      /^valibot$/,
      LOGTAPE,
    ],
    because: "wiring hands the built files of the dashboard to the app",
  },
  {
    from: /^cloud\/accounts\//,
    mayImport: [
      PROTOCOL,
      /^cloud\//,
      /^better-auth(\/|$)/,
      /^fxa-common-password-list$/,
      /^hono(\/|$)/,
      /^kysely$/,
      /^valibot$/,
      LOGTAPE,
      /^node:crypto$/,
    ],
    because: "only accounts know the library that keeps them, how it signs, and which passwords are no good",
  },
  {
    from: /^cloud\/notifications\/platforms\//,
    mayImport: [
      PROTOCOL,
      /^cloud\//,
      RUNTIME,
      /^firebase-admin\/(app|messaging)$/,
      /^(apn|mqtt|mqtt-packet)$/,
      /^valibot$/,
    ],
    because: "only platforms know the libraries that speak to them",
  },
  {
    from: /^cloud\/mail\//,
    mayImport: [PROTOCOL, /^cloud\//, /^ui\/words\/(catalogues|languages)\.ts$/, /^nodemailer$/, LOGTAPE],
    because: "only mail knows the library that speaks SMTP; letters speak the languages the dashboard speaks",
  },
  {
    from: /^cloud\/http\/file-form\.ts$/,
    mayImport: [PROTOCOL, /^@fastify\/busboy$/],
    because: "one place knows the library that reads a form with a file as it comes",
  },
  {
    from: /^cloud\/jobs\/slots\.ts$/,
    mayImport: [PROTOCOL, /^croner$/],
    because: "only the calendar of jobs knows the library that reads schedules",
  },
  {
    from: /^cloud\//,
    mayImport: [
      PROTOCOL,
      /^cloud\//,
      RUNTIME,
      /^hono(\/|$)/,
      /^hono-openapi$/,
      /^kysely(\/|$)/,
      /^valibot$/,
      LOGTAPE,
      /^package\.json$/,
    ],
    because: "the control plane knows gateways by the protocol only",
  },
  {
    from: /^scripts\/docs-configuration\.ts$/,
    mayImport: [PROTOCOL, /^(edge|cloud)\/config\/settings\.ts$/],
    because: "the page of settings is made from the programs' own tables",
  },
  {
    from: /^scripts\/bench-push\//,
    mayImport: [PROTOCOL, /^scripts\//, RUNTIME, /^(mqtt|apn|web-push)$/],
    because: "the bare libraries are the peers",
  },
  {
    from: /^scripts\/bench-start\/site-database\.ts$/,
    mayImport: [
      PROTOCOL,
      /^scripts\//,
      RUNTIME,
      LOGTAPE,
      /^edge\/(database|devices|telemetry|uplog)\/[a-z-]+\.ts$/,
      /^edge\/(clock\/clock|compression\/zstd|database\/migrations\/index)\.ts$/,
    ],
    because: "a gigabyte of a gateway's database is made by its own stores: over MQTT it would take an hour",
  },
  {
    from: /^scripts\//,
    mayImport: [
      PROTOCOL,
      /^scripts\//,
      RUNTIME,
      /^(mqtt|playwright-core|puppeteer-core|@axe-core\/playwright)$/,
      /^package\.json$/,
    ],
    because:
      "end-to-end tests and tools start the programs as a person would, and import nothing of their insides",
  },
];

/** A capability of a side may be imported by others through its door only: the file named like its folder. */
export const DOORLESS = new Set([
  // Not capabilities but what every capability of the side stands on.
  "edge/database",
  "edge/config",
  "edge/log",
  "edge/clock",
  "edge/compression",
  "edge/cli",
  "cloud/database",
  "cloud/config",
  "cloud/log",
  "cloud/clock",
  "cloud/cli",
  "cloud/http",
]);

/** The files that wire a side, to which every door and every part beside it is open. */
export const WIRING =
  /^(edge\/(gateway|main)\.ts|edge\/cli\/.*|cloud\/(app|cloud|main|pages|served-app)\.tsx?|cloud\/cli\/.*)$/;

/** What every capability may import beside another's door: on whose behalf, who is let in, the shared commit. */
export const SHARED = new Set([
  "cloud/accounts/scope.ts",
  "cloud/accounts/middleware.ts",
  "edge/telemetry/group-commit.ts",
]);
