import { describe, expect, test } from "bun:test";
import { filterMatches } from "./filter.ts";

/** The examples of MQTT 3.1.1 section 4.7, and the corners of it. */
const MATCHES: [filter: string, name: string, matches: boolean][] = [
  ["sport/tennis/player1/#", "sport/tennis/player1", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
  ["sport/#", "sport", true],
  ["#", "sport/tennis", true],
  ["sport/tennis/+", "sport/tennis/player1", true],
  ["sport/tennis/+", "sport/tennis/player1/ranking", false],
  ["sport/+", "sport", false],
  ["sport/+", "sport/", true],
  ["+/+", "/finance", true],
  ["/+", "/finance", true],
  ["+", "/finance", false],
  ["#", "$SYS/monitor/Clients", false],
  ["+/monitor/Clients", "$SYS/monitor/Clients", false],
  ["$SYS/#", "$SYS/monitor", true],
  ["a/b", "a/b", true],
  ["a/b", "a/c", false],
  ["a/b", "a", false],
  ["a", "a/b", false],
  ["a/+/#", "a/b", true],
  ["a/+/#", "a", false],
  ["A", "a", false],
];

describe("a topic filter", () => {
  test.each(MATCHES)("%s with %s: %p", (filter, name, matches) => {
    expect(filterMatches(filter, name)).toBe(matches);
  });
});
