import { describe, expect, test } from "bun:test";
import { MODEST_RUN, Turns, URGENT_RUN } from "./turns.ts";

const take = (turns: Turns<string>, count: number): string[] =>
  Array.from({ length: count }, () => {
    const turn = turns.next();
    return turn === null ? "-" : `${turn.stream} ${turn.item}`;
  });

describe("turns", () => {
  test("go round, urgent ones first, and one who stands in line keeps its place", () => {
    const turns = new Turns<string>();
    turns.offer("a", "bulk", false);
    turns.offer("b", "bulk", false);
    turns.offer("a", "bulk", false);
    turns.offer("b", "urgent", false);
    expect(take(turns, 4)).toEqual(["urgent b", "bulk a", "bulk b", "-"]);
  });

  test("bulk has a turn now and then, however much is urgent", () => {
    const turns = new Turns<string>();
    turns.offer("patient", "bulk", false);
    const served: string[] = [];
    for (let turn = 0; turn <= URGENT_RUN; turn += 1) {
      turns.offer("pressing", "urgent", false);
      served.push(...take(turns, 1));
    }
    expect(served).toEqual([...Array(URGENT_RUN).fill("urgent pressing"), "bulk patient"]);
  });

  test("who leaves is not served", () => {
    const turns = new Turns<string>();
    turns.offer("a", "bulk", false);
    turns.offer("a", "urgent", false);
    turns.remove("a");
    expect(take(turns, 1)).toEqual(["-"]);
  });

  test("those with little come before those with much, who have a turn now and then", () => {
    const turns = new Turns<string>();
    turns.offer("heavy", "bulk", false);
    const served: string[] = [];
    for (let turn = 0; turn <= MODEST_RUN; turn += 1) {
      turns.offer("modest", "bulk", true);
      served.push(...take(turns, 1));
    }
    expect(served).toEqual([...Array(MODEST_RUN).fill("bulk modest"), "bulk heavy"]);
  });

  test("who becomes a heavy one while it stands in line goes to the end of that line, once", () => {
    const turns = new Turns<string>();
    turns.offer("a", "bulk", true);
    turns.offer("b", "bulk", false);
    turns.offer("a", "bulk", false);
    turns.offer("a", "bulk", true);
    expect(take(turns, 3)).toEqual(["bulk b", "bulk a", "-"]);
  });
});
