import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { useEffect } from "preact/hooks";
import { fakeLive } from "../testing/fake-live.ts";
import { wordsOf } from "../words/catalogues.ts";
import { defineIslands } from "./element.tsx";
import { LOADERS, type Renderer } from "./loaders.tsx";
import { ISLAND_NAMES } from "./names.ts";

const words = wordsOf("en");

let gone = 0;
function Greeting({ who }: { who: string }) {
  useEffect(
    () => () => {
      gone += 1;
    },
    [],
  );
  return <p class="greeting">Hello, {who}</p>;
}

/** Throws where nobody is to be greeted: while it renders, or right after. */
function Fragile({ who, late = false }: { who: string; late?: boolean }) {
  useEffect(() => {
    if (late) throw new RangeError("too late");
  }, [late]);
  if (who === "") throw new RangeError("nobody to greet");
  return <p class="greeting">Hello, {who}</p>;
}

const greeting: Renderer = (props) => <Greeting {...(props as { who: string })} />;
const fragile: Renderer = (props) => <Fragile {...(props as { who: string })} />;
let reported: unknown[] = [];
/** The turn an island takes for itself is over with the second. */
async function turn(): Promise<void> {
  for (let count = 0; count < 2; count += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

beforeAll(() => {
  const loaders = {
    ...LOADERS,
    connection: () => greeting,
    telemetry: async () => greeting,
    "site-title": () => fragile,
    "device-title": () => Promise.reject(new TypeError("no such file")),
  };
  globalThis.reportError = (error: unknown) => void reported.push(error);
  defineIslands(loaders, fakeLive().live, words);
  // A second script of the page must not fail.
  defineIslands(loaders, fakeLive().live, words);
});
afterEach(() => {
  reported = [];
  document.body.replaceChildren();
});

function place(name: string, props: string, inside = ""): HTMLElement {
  document.body.innerHTML = `<x-island name="${name}">${inside}</x-island>`;
  const island = document.querySelector<HTMLElement>("x-island")!;
  island.setAttribute("props", props);
  return island;
}

describe("an island", () => {
  test("renders over what the server rendered, without doubling it", async () => {
    document.body.innerHTML = `<x-island name="connection" props='{"who":"Ruth"}'><p class="greeting">Hello, nobody</p></x-island>`;
    await turn();
    expect(document.body.querySelectorAll(".greeting")).toHaveLength(1);
    expect(document.body.textContent).toBe("Hello, Ruth");
  });

  test("renders again when its props change", async () => {
    const island = place("telemetry", '{"who":"Ruth"}');
    await turn();
    island.setAttribute("props", '{"who":"Ada"}');
    await turn();
    expect(document.body.textContent).toBe("Hello, Ada");
  });

  test("lets go when it leaves the page, and not when it is only moved", async () => {
    const island = place("connection", '{"who":"Ruth"}');
    await turn();
    const before = gone;
    const other = document.createElement("div");
    document.body.append(other);
    other.append(island);
    await turn();
    expect(gone).toBe(before);
    island.remove();
    await turn();
    expect(gone).toBe(before + 1);
  });

  test("of a name nobody knows is left as the server rendered it", async () => {
    place("made-up", "{}", "<p>as it was</p>");
    await turn();
    expect(document.body.textContent).toBe("as it was");
  });

  test("that throws says so in its place, with what happened to copy, and the page goes on", async () => {
    document.body.innerHTML = `<p id="before">before</p><x-island name="site-title" props='{"who":""}'></x-island>
      <x-island name="connection" props='{"who":"Ruth"}'></x-island>`;
    await turn();
    const [broken, whole] = document.querySelectorAll("x-island");
    expect(broken?.textContent).toContain("notShown");
    expect(broken?.querySelector<HTMLElement>("[data-copy]")?.dataset.copy).toMatch(
      /^site-title at \/\nRangeError: nobody to greet/,
    );
    expect([whole?.textContent, document.getElementById("before")?.textContent]).toEqual([
      "Hello, Ruth",
      "before",
    ]);
    expect(reported).toHaveLength(1);
  });

  test("that threw gets another try with other props, also when it threw after it was shown", async () => {
    const island = place("site-title", '{"who":"Ada","late":true}');
    while (!island.textContent?.includes("notShown")) await turn();
    island.setAttribute("props", '{"who":"Ada"}');
    await turn();
    expect(island.textContent).toBe("Hello, Ada");
  });

  test("whose code does not come keeps what the server rendered, and says so below", async () => {
    const island = place("device-title", "{}", "<p>Till 1</p>");
    await turn();
    expect(island.textContent).toStartWith("Till 1notShown");
    expect(reported).toHaveLength(1);
  });

  test("with props that cannot be read says so", async () => {
    const island = place("connection", "{");
    await turn();
    expect(island.textContent).toContain("notShown");
  });

  test("has code for every name", async () => {
    for (const name of ISLAND_NAMES) expect(await LOADERS[name]()).toBeFunction();
  });
});
