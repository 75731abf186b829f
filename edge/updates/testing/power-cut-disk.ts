import { join } from "node:path";
import type { Random } from "../../../protocol/random.ts";
import type { Disk } from "../disk.ts";

export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

export type Node =
  | { kind: "file"; text: string; synced: string | null }
  | { kind: "folder" }
  | { kind: "link"; to: string };

/** A change of names in a folder, which the next sync of that folder makes certain. */
interface Change {
  folder: string;
  apply(tree: Map<string, Node>): void;
}

/**
 * A disk in memory on which nothing is certain before it is synced, and whose power goes at the step that was chosen: then
 * some of what was not certain is there and some is not. Of the changes of names in a folder the first ones survive, as
 * they do in a journal.
 */
export class PowerCutDisk implements Disk {
  /** What a program sees. */
  #tree: Map<string, Node>;
  /** What is certain. */
  #certain: Map<string, Node>;
  #pending: Change[] = [];
  #steps = 0;
  readonly #cutAt: number;
  readonly #random: Random;

  constructor(random: Random, cutAt = Number.POSITIVE_INFINITY, tree: ReadonlyMap<string, Node> = new Map()) {
    this.#random = random;
    this.#cutAt = cutAt;
    this.#tree = new Map(tree);
    this.#certain = new Map(tree);
  }

  get steps(): number {
    return this.#steps;
  }

  /** What the next program sees when the power stays. */
  seen(): Map<string, Node> {
    return new Map(this.#tree);
  }

  /** What a machine finds that is started after the power went now. */
  afterCut(): Map<string, Node> {
    const tree = new Map(this.#certain);
    const isGone = new Set<string>();
    for (const { folder, apply } of this.#pending) {
      if (!isGone.has(folder) && this.#random.next() < 0.5) isGone.add(folder);
      if (!isGone.has(folder)) apply(tree);
    }
    for (const [path, node] of tree) {
      if (node.kind !== "file" || node.synced === node.text) continue;
      const whole = node.text;
      const text = [node.synced ?? "", whole, whole.slice(0, Math.floor(whole.length / 2))];
      tree.set(path, { ...node, text: text[Math.floor(this.#random.next() * text.length)]! });
    }
    return tree;
  }

  exists(path: string): boolean {
    return this.#tree.has(path);
  }

  read(path: string): string | null {
    const node = this.#tree.get(path);
    return node?.kind === "file" ? node.text : null;
  }

  readLink(path: string): string | null {
    const node = this.#tree.get(path);
    return node?.kind === "link" ? node.to : null;
  }

  makeFolder(path: string): void {
    if (this.exists(path)) return;
    this.#change(path, (tree) => void tree.set(path, { kind: "folder" }));
  }

  write(path: string, text: string): void {
    const old = this.#tree.get(path);
    const synced = old?.kind === "file" ? old.synced : null;
    const node: Node = { kind: "file", text, synced };
    this.#change(path, (tree) => void tree.set(path, node));
  }

  sync(path: string): void {
    this.#step();
    const node = this.#tree.get(path);
    if (node === undefined) throw new Error(`ENOENT: ${path}`);
    if (node.kind === "file") node.synced = node.text;
    if (node.kind !== "folder") return;
    for (const { folder, apply } of this.#pending) if (folder === path) apply(this.#certain);
    this.#pending = this.#pending.filter(({ folder }) => folder !== path);
  }

  rename(from: string, to: string): void {
    if (!this.exists(from)) throw new Error(`ENOENT: ${from}`);
    this.#change(to, (tree) => {
      const node = tree.get(from);
      if (node === undefined) return;
      tree.delete(from);
      tree.set(to, node);
    });
  }

  link(path: string, target: string): void {
    if (this.exists(path)) throw new Error(`EEXIST: ${path}`);
    this.#change(path, (tree) => void tree.set(path, { kind: "link", to: target }));
  }

  remove(path: string): void {
    this.#change(path, (tree) => {
      for (const name of [...tree.keys()])
        if (name === path || name.startsWith(`${path}/`)) tree.delete(name);
    });
  }

  #change(path: string, apply: Change["apply"]): void {
    this.#step();
    apply(this.#tree);
    this.#pending.push({ folder: join(path, ".."), apply });
  }

  /** The power goes before the step, or after it. */
  #step(): void {
    this.#steps += 1;
    if (this.#steps > this.#cutAt) throw new PowerCut(`step ${this.#steps}`);
  }
}
