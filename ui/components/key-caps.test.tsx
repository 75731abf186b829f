import { expect, test } from "bun:test";
import { frame } from "../testing/views.ts";
import { hasMacKeys, renderPage, shortcutsPage } from "../ui.ts";

test("keys are those that are printed on the keyboard of whoever asked", () => {
  const capOf = (userAgent: string | undefined) => {
    const html = renderPage({ ...frame, mac: hasMacKeys(userAgent) }, shortcutsPage());
    return new DOMParser().parseFromString(html, "text/html").querySelector(".bar-search kbd")?.textContent;
  };
  expect(capOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15")).toBe("⌘");
  expect(capOf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101")).toBe("Ctrl");
  expect(capOf(undefined)).toBe("Ctrl");
});
