import { expect, test } from "bun:test";
import { proxyFor, shownProxy } from "./proxy.ts";

const CLOUD = "https://homepot.example";

test("the settings come before the environment, and the way is direct without either", () => {
  const env = { https_proxy: "http://env:3128", HTTP_PROXY: "http://plain:3128" };
  expect(proxyFor(CLOUD, "http://own:1", env)).toBe("http://own:1");
  expect(proxyFor(CLOUD, null, env)).toBe("http://env:3128");
  expect(proxyFor("wss://homepot.example/x", null, env)).toBe("http://env:3128");
  expect(proxyFor("ws://homepot.example/x", null, env)).toBe("http://plain:3128");
  expect(proxyFor(CLOUD, null, {})).toBeNull();
});

test.each(["homepot.example", ".example", "other, *.example", "*"])(
  "no_proxy %s excepts the cloud",
  (list) => {
    expect(proxyFor(CLOUD, "http://own:1", { no_proxy: list })).toBeNull();
    expect(proxyFor("https://homepotexample", "http://own:1", { no_proxy: "example" })).toBe("http://own:1");
  },
);

test("a proxy is shown without its password", () => {
  expect(shownProxy("http://me:secret@proxy:3128/")).toBe("http://proxy:3128");
  expect(shownProxy("secret")).toBe("(not an address)");
});
