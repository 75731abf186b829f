import type * as v from "valibot";
import { JOB_KINDS, type JobKind } from "./job-kinds.ts";

/**
 * The fields in which a person gives a job its arguments, made from the very schema that checks them: a kind that takes another
 * argument has its field.
 */

/** `json`: anything, written as JSON. `lines`: a list of texts, one a line. */
export type ArgumentControl = "text" | "number" | "json" | "lines";

export interface ArgumentField {
  name: string;
  control: ArgumentControl;
  required: boolean;
  /** What counts where nothing is given, as a person reads it; absent where that says nothing. */
  fallback?: string;
  /** Of numbers, both included. */
  min?: number;
  max?: number;
  /** Of texts. */
  maxLength?: number;
}

/** The parts of schemas that are looked at here. */
interface Looked {
  type: string;
  entries?: Record<string, Looked>;
  wrapped?: Looked;
  default?: unknown;
  pipe?: readonly { type: string; requirement?: unknown }[];
}

export function argumentFields(kind: JobKind): ArgumentField[] {
  const schema = JOB_KINDS[kind].arguments as v.GenericSchema as unknown as Looked;
  return Object.entries(schema.entries ?? {}).map(([name, entry]) => {
    const required = entry.type !== "optional";
    const { type, pipe = [] } = entry.wrapped ?? entry;
    const bound = (of: string) => pipe.find((one) => one.type === of)?.requirement;
    const given = { min: bound("min_value"), max: bound("max_value"), maxLength: bound("max_length") };
    const bounds = type === "array" ? {} : given;
    const known = Object.entries(bounds).filter(([, value]) => typeof value === "number");
    const fallback = typeof entry.default === "object" ? undefined : entry.default;
    return {
      ...{ name, required, control: controlOf(type) },
      ...(fallback === undefined ? {} : { fallback: String(fallback) }),
      ...(Object.fromEntries(known) as Pick<ArgumentField, "min" | "max" | "maxLength">),
    };
  });
}

function controlOf(type: string): ArgumentControl {
  if (type === "string") return "text";
  if (type === "number") return "number";
  return type === "array" ? "lines" : "json";
}

/** What was typed into a field as the schema takes it. What cannot be read stays a text, which the schema refuses by its name. */
export function readArgument({ control }: Pick<ArgumentField, "control">, typed: string): unknown {
  if (control === "lines") return typed.split("\n").map((line) => line.trim());
  if (control === "number") {
    const number = Number(typed.replace(",", "."));
    return Number.isNaN(number) ? typed : number;
  }
  if (control === "text") return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
