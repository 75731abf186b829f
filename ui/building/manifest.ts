import { THEME_COLOURS } from "../layout/theme-colours.ts";

const shortcut = (name: string, url: string) => ({
  name,
  url,
  icons: [{ src: "/assets/icon-192.png", sizes: "192x192", type: "image/png" }],
});

/** What a system needs to know to install the dashboard (W3C Web Application Manifest). */
export const MANIFEST = {
  id: "/",
  name: "HOMEPOT",
  short_name: "HOMEPOT",
  description: "Every site, every device, one page.",
  lang: "en",
  start_url: "/",
  scope: "/",
  display: "standalone",
  background_color: THEME_COLOURS.light,
  // Pages say it again for each theme; this is for the moment before the first page.
  theme_color: THEME_COLOURS.light,
  icons: [
    { src: "/assets/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
    { src: "/assets/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
    { src: "/assets/icon-maskable-192.png", sizes: "192x192", type: "image/png", purpose: "maskable" },
    { src: "/assets/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    { src: "/assets/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
  ],
  shortcuts: [
    shortcut("Sites", "/sites"),
    shortcut("Devices", "/devices"),
    shortcut("Devices in trouble", "/devices?health=error"),
    shortcut("Gateways", "/gateways"),
  ],
};
