import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A browser for pictures of pages; what it writes goes into `scratch`. It shows the typeface that people's machines show. */
export async function launchForPictures(scratch: string): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    env: { ...(process.env as Record<string, string>), FONTCONFIG_FILE: await writeFontSettings(scratch) },
  });
}

/** Debian's default typeface is not what people's machines show: prefer Inter, where it is installed. */
async function writeFontSettings(directory: string): Promise<string> {
  const file = join(directory, "fonts.conf");
  const prefer = ["system-ui", "sans-serif"]
    .map(
      (family) =>
        `<match target="pattern"><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`,
    )
    .join("");
  await Bun.write(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>${prefer}</fontconfig>`,
  );
  return file;
}
