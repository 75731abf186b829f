import { expect, test } from "bun:test";
import { LaunchedMachine, programText } from "./testing/launched-machine.ts";
import type { Node } from "./testing/power-cut-disk.ts";

/** What the launcher starts, for what it finds. The installed program has the sequence 10. */

const file = (text: string): Node => ({ kind: "file", text, synced: text });
const slot = (name: string, sequence: string, text = programText(`in ${name}`)): [string, Node][] => [
  [`/data/versions/${name}/homepot-edge`, file(text)],
  [`/data/versions/${name}/sequence`, file(sequence)],
];
const link = (name: string, to: string): [string, Node] => [`/data/versions/${name}`, { kind: "link", to }];
const starts = (text: string): [string, Node] => ["/data/versions/starts", file(text)];

test.each<[string, [string, Node][], string]>([
  ["nothing", [], "installed old"],
  ["a version that was committed", [...slot("a", "20\n"), link("current", "a")], "a in a"],
  ["one that is older than the installed one", [...slot("a", "9\n"), link("current", "a")], "installed old"],
  ["one whose sequence cannot be read", [...slot("a", "x"), link("current", "a")], "installed old"],
  ["a link to a slot that is empty", [link("current", "b")], "installed old"],
  [
    "one on trial",
    [...slot("a", "20"), ...slot("b", "30"), link("current", "a"), link("trial", "b")],
    "trial in b",
  ],
  [
    "one that has been started three times",
    [...slot("a", "20"), ...slot("b", "30"), link("current", "a"), link("trial", "b"), starts("3\n")],
    "a in a",
  ],
  ["a count that is none", [...slot("b", "30"), link("trial", "b"), starts("")], "trial in b"],
  ["a trial of what is no more", [link("trial", "b")], "installed old"],
])("with %s it starts the right program", (_, tree, said) => {
  using machine = new LaunchedMachine({ version: "old", sequence: 10 });
  const booted = machine.boot(new Map(tree));
  expect(booted.said).toBe(said);
  // A trial that it does not start is over.
  expect(booted.tree.has("/data/versions/trial")).toBe(said.startsWith("trial"));
});

test("every start of a trial is counted before it happens, and the fourth is of the version before", () => {
  using machine = new LaunchedMachine({ version: "old", sequence: 10 });
  let tree: ReadonlyMap<string, Node> = new Map([...slot("a", "20"), link("trial", "a")]);
  const said: string[] = [];
  for (let start = 0; start < 5; start += 1) {
    const booted = machine.boot(tree);
    tree = booted.tree;
    said.push(booted.said);
  }
  expect(said).toEqual(["trial in a", "trial in a", "trial in a", "installed old", "installed old"]);
  expect(tree.get("/data/versions/starts")).toMatchObject({ text: "3\n" });
});

test("a command that is not `run` starts what runs, and counts nothing", () => {
  using machine = new LaunchedMachine({ version: "old", sequence: 10 });
  const trial = new Map([...slot("a", "20"), link("current", "a"), ...slot("b", "30"), link("trial", "b")]);
  const booted = machine.boot(trial, "status");
  expect([booted.said, booted.tree.has("/data/versions/starts")]).toEqual(["a in a", false]);
  // What changes the system, or reads what only root may, is done by the program that belongs to root.
  for (const command of ["install", "upgrade", "uninstall", "logs", "support-bundle"]) {
    expect([command, machine.boot(trial, command).said]).toEqual([command, "old"]);
  }
});
