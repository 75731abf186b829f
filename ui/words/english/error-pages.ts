import type { Rich, Slot } from "../rich.ts";

/** The pages in place of one that cannot be shown. */
export function errorPages() {
  return {
    noPage: "There is no such page",
    noPageText:
      "The address may be mistyped, or the page may have moved. Everything is within reach from the overview.",
    notHere: "It is not here",
    notHereText:
      "It may have been removed, or it belongs to another organisation. Its list has all there is.",
    tryAgain: "Try again",
    toOverview: "Go to the overview",
    request: "request",
    offline: "The cloud cannot be reached",
    offlineText: (cloud: Slot): Rich => [
      "There is no way to ",
      cloud,
      " from here at the moment. Sites are not touched by that: their gateways go on working, and send what they kept once the line is back.",
    ],
    lastReached: (ago: Slot): Rich => ["Last reached ", ago],
    comesBack: "The page you wanted comes by itself when the cloud is back.",
    tryNow: "Try now",
  };
}

export type ErrorPageWords = ReturnType<typeof errorPages>;
