/**
 * One setting of a program, as data: the command line, the environment, the TOML file and the page of the manual are
 * all made from tables of these.
 */
export interface Setting<Value> {
  /** Dotted name, as in the TOML file: `mqtt.listen`. */
  name: string;
  /** One sentence for the manual. */
  about: string;
  /** The value when nobody sets it. */
  fallback: Value;
  /** Never shown, and no option of the command line: everybody on the machine could read it there. */
  secret?: true;
  /** Reads the text of the command line or environment, or the value of the TOML file. */
  read(input: unknown): { ok: true; value: Value } | { ok: false; message: string };
}

export type SettingsTable = Record<string, Setting<unknown>>;
export type SettingsOf<Table extends SettingsTable> = {
  [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

interface Described<Value> {
  name: string;
  about: string;
  fallback: Value;
}

/** A text of at least one character. */
export function textSetting<Value extends string | null>(
  described: Described<Value>,
): Setting<Value | string> {
  return {
    ...described,
    read: (input) =>
      typeof input === "string" && input.trim() !== ""
        ? { ok: true, value: input.trim() }
        : { ok: false, message: "must be a text" },
  };
}

/** A text that nobody may see, such as a password. It is taken as it stands, blanks included. */
export function secretSetting(described: { name: string; about: string }): Setting<string | null> {
  return {
    ...described,
    fallback: null,
    secret: true,
    read: (input) =>
      typeof input === "string" && input !== ""
        ? { ok: true, value: input }
        : { ok: false, message: "must be a text" },
  };
}

/** A whole number within bounds, both included. */
export function numberSetting(described: Described<number> & { min: number; max: number }): Setting<number> {
  const { min, max } = described;
  return {
    ...described,
    read: (input) => {
      const value = typeof input === "string" && /^\d+$/.test(input.trim()) ? Number(input) : input;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? { ok: true, value }
        : { ok: false, message: `must be a whole number from ${min} to ${max}` };
    },
  };
}

/** Any number of values: with commas between them, or a list in the TOML file. `readItem` gives null for a bad one. */
export function listSetting<Item>({
  readItem,
  items,
  ...described
}: Omit<Described<unknown>, "fallback"> & {
  readItem(text: string): Item | null;
  /** What each must be: "must be …". */
  items: string;
}): Setting<Item[]> {
  return {
    ...described,
    fallback: [],
    read: (input) => {
      const texts = typeof input === "string" ? input.split(",").filter((text) => text.trim() !== "") : input;
      if (!Array.isArray(texts)) return { ok: false, message: `each must be ${items}` };
      const read = texts.map((text) => (typeof text === "string" ? readItem(text) : null));
      const value = read.filter((item) => item !== null);
      return value.length === texts.length
        ? { ok: true, value }
        : { ok: false, message: `each must be ${items}` };
    },
  };
}

/** One of a few words. */
export function choiceSetting<const Choice extends string>(
  described: Described<Choice> & { choices: readonly Choice[] },
): Setting<Choice> {
  const { choices } = described;
  return {
    ...described,
    read: (input) => {
      const choice = choices.find((one) => one === input);
      return choice === undefined
        ? { ok: false, message: `must be ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}` }
        : { ok: true, value: choice };
    },
  };
}

export interface ListenAddress {
  host: string;
  port: number;
}

/** The host at which a server of this machine is reached by itself: one that listens everywhere, on the loopback. */
export function ownHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** Where a server listens: `HOST:PORT`, `[::1]:8080`; port 0 takes any that is free. */
export function listenSetting<Value extends ListenAddress | null>(
  described: Described<Value>,
): Setting<Value | ListenAddress> {
  return {
    ...described,
    read: (input) => {
      const match =
        typeof input === "string" ? /^(?:\[([0-9a-f:]+)\]|([^:\s]+)):(\d{1,5})$/i.exec(input.trim()) : null;
      const port = Number(match?.[3]);
      return match === null || port > 65_535
        ? { ok: false, message: "must be HOST:PORT, such as 127.0.0.1:1883" }
        : { ok: true, value: { host: (match[1] ?? match[2])!, port } };
    },
  };
}
