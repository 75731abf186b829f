import { describe, expect, test } from "bun:test";
import { Turns, URGENT_RUN } from "./turns.ts";

const take = (turns: Turns<string>, count: number): string[] =>
  Array.from({ length: count }, () => {
    const turn = turns.next();
    return turn === null ? "-" : `${turn.stream} ${turn.item}`;
  });

describe("turns", () => {
  test("go round, urgent ones first, and one who stands in line keeps its place", () => {
    const turns = new Turns<string>();
    turns.offer("a", "bulk");
    turns.offer("b", "bulk");
    turns.offer("a", "bulk");
    turns.offer("b", "urgent");
    expect(take(turns, 4)).toEqual(["urgent b", "bulk a", "bulk b", "-"]);
  });

  test("bulk has a turn now and then, however much is urgent", () => {
    const turns = new Turns<string>();
    turns.offer("patient", "bulk");
    const served: string[] = [];
    for (let turn = 0; turn <= URGENT_RUN; turn += 1) {
      turns.offer("pressing", "urgent");
      served.push(...take(turns, 1));
    }
    expect(served).toEqual([...Array(URGENT_RUN).fill("urgent pressing"), "bulk patient"]);
  });

  test("who leaves is not served", () => {
    const turns = new Turns<string>();
    turns.offer("a", "bulk");
    turns.offer("a", "urgent");
    turns.remove("a");
    expect(take(turns, 1)).toEqual(["-"]);
  });
});
