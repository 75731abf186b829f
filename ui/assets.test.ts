import { expect, test } from "bun:test";
import { loadAssets } from "./assets.ts";
import { ICONS } from "./icons/icons.ts";
import { shapesOf } from "./icons/shapes.ts";

test("what a page links to is there, with its type and a name that changes with its content", async () => {
  const assets = await loadAssets();
  for (const [address, type] of [
    [assets.entry.style, "text/css; charset=utf-8"],
    [assets.entry.script, "text/javascript; charset=utf-8"],
    [assets.entry.words.en, "text/javascript; charset=utf-8"],
    [assets.entry.words.de, "text/javascript; charset=utf-8"],
  ] as const) {
    expect(address).toMatch(/^\/assets\/[\w-]+-[a-z0-9]{8}\.(css|js)$/);
    const asset = assets.get(address.slice("/assets/".length));
    expect(asset?.type).toBe(type);
    expect((await asset!.body.text()).length).toBeGreaterThan(1_000);
  }
  expect(assets.get("icon.svg")?.type).toBe("image/svg+xml");
  expect(assets.get("../assets.ts")).toBeNull();
  expect(assets.get("constructor")).toBeNull();
});

test("every icon has shapes and nothing but shapes", () => {
  for (const markup of Object.values(ICONS)) {
    expect(shapesOf(markup)).toMatch(/^<(path|rect|circle|line|polyline|polygon|ellipse) /);
    expect(shapesOf(markup)).not.toMatch(/<svg|<script|on\w+=/);
  }
});
