import { KIB, MIB } from "../../protocol/units.ts";
import type { Forms } from "./forms.ts";

/** How many bytes, as people read it: `812 B`, `4.2 KiB`, `31.5 MiB`. */
export function sizeText({ number, count }: Pick<Forms, "number" | "count">, bytes: number): string {
  if (bytes < KIB) return `${count(bytes)} B`;
  const [unit, name] = bytes < MIB ? [KIB, "KiB"] : [MIB, "MiB"];
  const value = bytes / unit;
  return `${value >= 100 ? count(Math.round(value)) : number(Math.round(value * 10) / 10)} ${name}`;
}
