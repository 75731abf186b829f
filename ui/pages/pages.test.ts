import { describe, expect, test } from "bun:test";
import axe from "axe-core";
import { estate, frame, VIEWS } from "../testing/views.ts";
import { renderPage, themeOf } from "../ui.ts";

const html = (name: string) => {
  const { view, loggedIn } = VIEWS[name]!;
  return renderPage(loggedIn ? frame : { ...frame, me: null }, view);
};
const parse = (name: string) => new DOMParser().parseFromString(html(name), "text/html");

describe.each(Object.keys(VIEWS))("the page '%s'", (name) => {
  test("holds nothing that a strict content security policy forbids", () => {
    const document = parse(name);
    expect(document.querySelectorAll("[style]")).toHaveLength(0);
    expect(document.querySelectorAll("style")).toHaveLength(0);
    for (const script of document.querySelectorAll("script"))
      expect(script.getAttribute("src")).not.toBeNull();
    for (const element of document.querySelectorAll("*")) {
      const handlers = element.getAttributeNames().filter((attribute) => /^on|^hx-on/.test(attribute));
      expect(handlers).toEqual([]);
    }
  });

  test("has one main heading, a title, unique ids, and labels that find their fields", () => {
    const document = parse(name);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    expect(document.title).toEndWith(" · HOMEPOT");
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const label of document.querySelectorAll("label[for]")) {
      expect(document.getElementById(label.getAttribute("for")!)).not.toBeNull();
    }
  });

  test("has triggers that htmx can read: a selector of several words is quoted", () => {
    for (const element of parse(name).querySelectorAll("[hx-trigger]")) {
      expect(element.getAttribute("hx-trigger")).not.toMatch(/from:(find|closest|next|previous) /);
    }
  });

  test("has islands whose props are JSON", () => {
    for (const island of parse(name).querySelectorAll("x-island")) {
      expect(typeof JSON.parse(island.getAttribute("props")!)).toBe("object");
    }
  });

  // Every component many times over is too much for a document without a browser: scripts/e2e asks axe in Chromium.
  if (name === "design") return;
  test("pleases axe", async () => {
    const document_ = parse(name);
    document.documentElement.lang = "en";
    document.title = document_.title;
    document.body.innerHTML = document_.body.innerHTML;
    // Colours are checked over the tokens, where there is no layout to guess; a hidden frame has no landmarks.
    const rules = { "color-contrast": { enabled: false }, "scrollable-region-focusable": { enabled: false } };
    const { violations } = await axe.run(document.body, { rules, resultTypes: ["violations"] });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });
});

describe("what pages say", () => {
  const text = (name: string) =>
    parse(name).querySelector("main")?.textContent?.replaceAll(/\s+/g, " ") ?? "";

  test("the title is a sentence with the state in it", () => {
    const title = (name: string) => parse(name).querySelector("h1")?.textContent;
    expect(title("site")).toBe("Cardiff Bay: 5 of 5 devices healthy");
    expect(title("device in error")).toBe("Cold store is online with an error");
    expect(title("device never seen")).toBe("Entrance kiosk has not been heard from yet");
    expect(title("gateways")).toBe("10 of 11 gateways connected");
  });

  test("what needs attention comes with its reason", () => {
    expect(text("overview")).toContain("It reports the fault E32: compressor does not start.");
    expect(text("overview")).toContain("Its gateway is not connected; 5 devices cannot be seen");
    expect(text("overview, all well")).toContain("Nothing does.");
  });

  test("a page that failed can be asked for again, one that is not there cannot", () => {
    const again = (name: string) => parse(name).querySelector('.error-page a[href="/here?q=1"]')?.textContent;
    expect([again("broken"), again("not found"), again("no such page")]).toEqual([
      "Try again",
      undefined,
      undefined,
    ]);
  });

  test("a device that is away says since when and why, and what is shown of it", () => {
    expect(text("device offline")).toContain(
      "Offline for 3 h: the connection was lost without a goodbye 06:05 at the site",
    );
  });

  test("what people wrote is shown as text", () => {
    expect(html("sites, not found")).toContain("&lt;b>");
    expect(html("sites, not found")).not.toContain("<b>");
  });

  test("a field that was refused says so where it is", () => {
    const field = parse("site form, refused").getElementById("latitude")!;
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(parse("site form, refused").getElementById("latitude-error")?.textContent).toBe(
      "Latitude is wrong",
    );
    expect(field.getAttribute("aria-describedby")).toBe("latitude-error");
  });

  test("what needs attention says what to do, and how many more there are", () => {
    expect(text("overview")).toContain("Check its power and the site’s line");
    const wall = parse("overview on a wall");
    expect(wall.querySelectorAll(".attention li")).toHaveLength(4);
    expect(wall.querySelector(".panel-foot")?.textContent).toBe("And 37 more");
  });

  test("what happened leads to what it is about; what nobody has words for is told by its name", () => {
    const lines = [...parse("overview").querySelectorAll(".activity li")];
    const told = lines.map((line) => line.querySelector(".activity-text")?.textContent);
    expect(told.slice(0, 4)).toEqual([
      "Till 1 came online",
      "Ruth Ellis configured Till 1",
      "2 devices were added",
      "3 devices were removed",
    ]);
    expect(told.at(-2)).toBe("A command on the server made a claim code for Bologna Centrale");
    expect(told.at(-1)).toBe("Ruth Ellis: newer.deed Cardiff Bay");
    expect(lines[0]?.querySelector("a")?.getAttribute("href")).toMatch(/^\/devices\//);
  });

  test("a wall shows the same title and nothing to press but the way out", () => {
    const wall = parse("overview on a wall");
    expect(wall.querySelectorAll(".rail, .bar, .tabs-bottom, #account, button")).toHaveLength(0);
    expect(wall.querySelector(".wall-foot a")?.getAttribute("href")).toBe("/");
    expect(wall.querySelector('x-island[name="connection"]')).not.toBeNull();
  });

  test("commands can be copied as they are shown", () => {
    const document = parse("claim");
    for (const command of document.querySelectorAll(".command")) {
      expect(command.querySelector("[data-copy]")?.getAttribute("data-copy")).toBe(
        command.querySelector("code")?.textContent,
      );
    }
    expect(text("claim")).toContain(
      "homepot-edge enroll --cloud https://homepot.example --claim 7KQF-2M9D --data /var/lib/homepot-edge",
    );
  });

  test("a thousand sites keep their names though their tiles are small", () => {
    const tile = parse("overview of many").querySelector(".estate.dense a");
    expect(tile?.getAttribute("title")).toBe("Site 0: 5 of 5 online");
  });

  test("simulated devices wear a badge", () => {
    const rows = [...parse("devices").querySelectorAll("tbody tr")];
    const simulated = estate.devices.slice(0, 20).map((device) => device.provenance === "simulated");
    expect(rows.map((row) => row.querySelector(".badge") !== null)).toEqual(simulated);
  });

  test("a part that renews itself asks for its own page", () => {
    const region = parse("overview").getElementById("overview")!;
    expect(region.getAttribute("hx-get")).toBe("/here?q=1");
    expect(region.getAttribute("hx-select")).toBe("#overview");
  });
});

describe("the frame", () => {
  test("has the theme in the first tag, and none when the machine decides", () => {
    const { view } = VIEWS.overview!;
    expect(renderPage({ ...frame, theme: "dark" }, view)).toStartWith(
      '<!doctype html><html lang="en" data-theme="dark">',
    );
    expect(renderPage(frame, view)).toStartWith('<!doctype html><html lang="en"><head>');
  });

  test("reads the theme from the cookie, and believes only what it knows", () => {
    expect(themeOf("a=1; theme=dark; b=2")).toBe("dark");
    expect(themeOf("theme=light")).toBe("light");
    for (const other of [null, "", "theme=system", "theme=purple", "nottheme=dark", "theme=darkest"]) {
      expect(themeOf(other)).toBe("system");
    }
  });

  test("shows where one is, and has no navigation before a log-in", () => {
    const current = parse("devices").querySelectorAll(".rail [aria-current]");
    expect([...current].map((link) => link.textContent)).toEqual(["Devices"]);
    expect(parse("login").querySelector("nav")).toBeNull();
    expect(parse("login").querySelector("x-island")).toBeNull();
  });
});
