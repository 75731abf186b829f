/** `bun scripts/lighthouse.ts [OPTION …]`: see scripts/lighthouse. */
import { mkdir } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";

const TARGET = 95;
const RUN_TIMEOUT_MS = 120_000;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
/** Lighthouse's own presets: a middling phone on a slow mobile line, and a desk. */
const FORMS = { phone: [], desk: ["--preset=desktop"] } as const;
type Form = keyof typeof FORMS;

type Grades = Record<(typeof CATEGORIES)[number], number>;

interface PageToGrade {
  name: string;
  path: string;
  loggedIn: boolean;
}

/** Of the report that Lighthouse writes. */
interface Report {
  finalDisplayedUrl: string;
  categories: Record<string, { score: number | null }>;
}

const { values: args } = parseArgs({
  options: {
    base: { type: "string", default: "http://127.0.0.1:8080" },
    email: { type: "string", default: process.env.HOMEPOT_EMAIL ?? "demo@homepot.example" },
    page: { type: "string" },
    form: { type: "string" },
    runs: { type: "string", default: "3" },
    reports: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const base = args.base.replace(/\/$/, "");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A session's cookies, as `name=value`. */
async function logIn(): Promise<string[]> {
  const answer = await fetch(`${base}/login`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: args.email, password: process.env.HOMEPOT_PASSWORD ?? "" }),
  });
  if (answer.status !== 303)
    throw new Error(`${args.email} cannot log in (${answer.status}); is HOMEPOT_PASSWORD its password?`);
  return answer.headers.getSetCookie().map((line) => line.split(";")[0]!);
}

/** The four pages the project promises, the device's with a chart. */
async function pagesToGrade(cookies: readonly string[]): Promise<PageToGrade[]> {
  const answer = await fetch(`${base}/api/v1/devices?connectivity=online&limit=1`, {
    headers: { cookie: cookies.join("; ") },
  });
  const { items } = (await answer.json()) as { items: { id: string }[] };
  const [device] = items;
  if (device === undefined) throw new Error("no device is online there");
  const pages = [
    { name: "log-in", path: "/login", loggedIn: false },
    { name: "overview", path: "/", loggedIn: true },
    { name: "device list", path: "/devices", loggedIn: true },
    { name: "device detail", path: `/devices/${device.id}`, loggedIn: true },
  ];
  const asked = pages.filter(({ name }) => args.page === undefined || args.page === name);
  if (asked.length === 0)
    throw new Error(`--page is one of ${pages.map(({ name }) => `"${name}"`).join(", ")}`);
  return asked;
}

function formsToGrade(): Form[] {
  const forms = Object.keys(FORMS) as Form[];
  const asked = forms.filter((form) => args.form === undefined || args.form === form);
  if (asked.length === 0) throw new Error(`--form is one of ${forms.join(", ")}`);
  return asked;
}

/**
 * Grades of one run, 0 to 100; null when Lighthouse could not record it, which happens now and then. Throws when another
 * page was graded than the one asked for. The browser is ours, because a session's cookies that Lighthouse itself is given
 * as a header do not reach the page.
 */
async function grade(page: PageToGrade, form: Form, cookies: readonly string[]): Promise<Grades | null> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [`--remote-debugging-port=${port}`, "--no-sandbox", "--disable-gpu"],
  });
  try {
    if (page.loggedIn) await giveCookies(browser, cookies);
    return await runLighthouse(page, form, port);
  } finally {
    await browser.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** To the browser's own profile, which is where Lighthouse opens its page. */
async function giveCookies(browser: Browser, cookies: readonly string[]): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const parts = cookies.map((cookie) => {
    const [name = "", ...value] = cookie.split("=");
    return { name, value: value.join("="), url: base, httpOnly: true, sameSite: "Lax" as const };
  });
  await session.send("Storage.setCookies", { cookies: parts });
  await session.detach();
}

async function runLighthouse(page: PageToGrade, form: Form, port: number): Promise<Grades | null> {
  const lighthouse = `${process.env.LIGHTHOUSE_HOME}/node_modules/lighthouse/cli/index.js`;
  const child = Bun.spawn(
    [
      ...[process.execPath, lighthouse, `${base}${page.path}`, "--quiet", "--output=json", ...FORMS[form]],
      `--only-categories=${CATEGORIES.join()}`,
      `--port=${port}`,
    ],
    { stdout: "pipe", stderr: "pipe", timeout: RUN_TIMEOUT_MS },
  );
  const [output, complaints] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (child.exitCode !== 0) {
    process.stderr.write(`${page.name}, ${form}: ${complaints.slice(-500).trim()}
`);
    return null;
  }
  await keepReport(page, form, output);
  const report = JSON.parse(output) as Report;
  const { pathname } = new URL(report.finalDisplayedUrl);
  if (pathname !== page.path) throw new Error(`${page.path} led to ${pathname}: not the page to grade`);
  return Object.fromEntries(
    CATEGORIES.map((category) => [category, Math.round((report.categories[category]?.score ?? 0) * 100)]),
  ) as Grades;
}

/** The whole report, which says why a grade is what it is, where `--reports` asks for it. */
async function keepReport(page: PageToGrade, form: Form, report: string): Promise<void> {
  if (args.reports === undefined) return;
  await mkdir(args.reports, { recursive: true });
  const name = `${page.name.replaceAll(" ", "-")}-${form}-${Date.now()}.json`;
  await Bun.write(`${args.reports}/${name}`, report);
}

/** As many runs as are wanted, with as many attempts again for those that could not be recorded. */
async function gradeOften(page: PageToGrade, form: Form, cookies: readonly string[]): Promise<Grades[]> {
  const wanted = Number(args.runs);
  const runs: Grades[] = [];
  for (let attempt = 0; attempt < 2 * wanted && runs.length < wanted; attempt += 1) {
    const grades = await grade(page, form, cookies);
    if (grades !== null) runs.push(grades);
  }
  if (runs.length < wanted)
    throw new Error(`${page.name}, ${form}: ${runs.length} of ${wanted} runs were recorded`);
  return runs;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? 0;
}

async function main(): Promise<number> {
  let below = 0;
  const forms = formsToGrade();
  const cookies = await logIn();
  if (!args.json) say(`${"page".padEnd(22)}${CATEGORIES.map((name) => name.padStart(16)).join("")}`);
  for (const page of await pagesToGrade(cookies)) {
    for (const form of forms) {
      const runs = await gradeOften(page, form, cookies);
      const grades = CATEGORIES.map((category) => median(runs.map((each) => each[category])));
      below += grades.filter((each) => each < TARGET).length;
      if (args.json) {
        for (const [at, category] of CATEGORIES.entries())
          say(
            JSON.stringify({
              name: `${page.name}, ${form}: ${category}`,
              value: grades[at],
              target: TARGET,
            }),
          );
      } else {
        const cells = grades.map((each) => `${each < TARGET ? "✗ " : ""}${each}`.padStart(16));
        say(`${`${page.name}, ${form}`.padEnd(22)}${cells.join("")}`);
      }
    }
  }
  if (below > 0) process.stderr.write(`${below} grades are below ${TARGET}\n`);
  return below === 0 ? 0 : 1;
}

process.exitCode = await main();
