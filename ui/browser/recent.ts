/** Something that was chosen in the palette: as much of it as shows it again. */
export interface Choice {
  /** The group it was in. */
  group: string;
  href: string;
  name: string;
  detail: string;
  isSimulated: boolean;
}

const KEPT_MAX = 6;

/** What a person chose last, newest first; kept by the browser until they log out. */
export class Recent {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  readonly #key: string;

  /** `who` is the person in their organisation. */
  constructor(storage: Pick<Storage, "getItem" | "setItem">, who: string) {
    this.#storage = storage;
    this.#key = `palette:${who}`;
  }

  all(): Choice[] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isChoice) : [];
    } catch {
      return [];
    }
  }

  add({ group, href, name, detail, isSimulated }: Choice): void {
    const others = this.all().filter((other) => other.href !== href);
    const kept = [{ group, href, name, detail, isSimulated }, ...others].slice(0, KEPT_MAX);
    try {
      this.#storage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing remembers nothing; the palette works without.
    }
  }
}

/** What is in the storage may be of another version: an address of ours, three texts and a mark, or nothing. */
function isChoice(value: unknown): value is Choice {
  if (typeof value !== "object" || value === null) return false;
  const { group, href, name, detail, isSimulated } = value as Record<string, unknown>;
  const texts = [group, href, name, detail].every((text) => typeof text === "string");
  return texts && typeof isSimulated === "boolean" && /^\/(?![/\\])/.test(href as string);
}
