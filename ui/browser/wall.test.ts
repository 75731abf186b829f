import { afterEach, beforeEach, expect, test } from "bun:test";
import { WallScreen } from "./wall.ts";

/** What a browser without a screen does not have. */
const asked: string[] = [];
let held: { released: boolean; release(): Promise<void> }[] = [];
beforeEach(() => {
  asked.length = 0;
  held = [];
  Object.assign(document.documentElement, {
    requestFullscreen: async () => void asked.push("full screen"),
  });
  Object.assign(document, { exitFullscreen: async () => void asked.push("window") });
  Object.defineProperty(document, "fullscreenElement", { configurable: true, value: document.body });
  Object.defineProperty(navigator, "wakeLock", {
    configurable: true,
    value: {
      async request() {
        const lock = {
          released: false,
          async release() {
            lock.released = true;
          },
        };
        held.push(lock);
        return lock;
      },
    },
  });
});
afterEach(() => {
  document.body.innerHTML = "";
  for (const name of ["fullscreenElement"]) Reflect.deleteProperty(document, name);
  Reflect.deleteProperty(navigator, "wakeLock");
});

test("the press that leads to the wall asks for the full screen, any other does not", () => {
  new WallScreen();
  document.body.innerHTML = '<button id="other"></button><a data-full-screen><b id="in">x</b></a>';
  document.getElementById("other")?.click();
  expect(asked).toEqual([]);
  document.getElementById("in")?.click();
  expect(asked).toEqual(["full screen"]);
});

test("a wall keeps the screen on, once, until it is left; then the window is back", async () => {
  const screen = new WallScreen();
  document.body.innerHTML = '<main class="wall"></main>';
  screen.adopt();
  await Promise.resolve();
  await Promise.resolve();
  screen.adopt();
  expect(held.map(({ released }) => released)).toEqual([false]);
  document.body.innerHTML = "<a data-full-screen></a>";
  screen.adopt();
  expect(held.map(({ released }) => released)).toEqual([true]);
  expect(asked).toEqual(["window"]);
});
