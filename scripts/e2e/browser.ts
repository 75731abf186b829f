import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type Cloud, EMAIL, PASSWORD } from "./stack.ts";

/** Debian's Chromium without a screen. It may look up nothing by itself: the machine may have no way out. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}

/** A page of its own session, and everything it complained of. */
export async function openPage(
  browser: Browser,
  options: { colorScheme?: "light" | "dark"; phone?: boolean; keepsShell?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: options.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: "reduce",
    // The shell is not taken from the line: only who tests it wants it.
    serviceWorkers: options.keepsShell ? "allow" : "block",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** Logs in through the form, as a person would. */
export async function logIn(
  page: Page,
  cloud: Cloud,
  { email, password } = { email: EMAIL, password: PASSWORD },
): Promise<void> {
  await page.goto(`${cloud.url}/login`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}
