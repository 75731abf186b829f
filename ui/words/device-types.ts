import type { IconName } from "../icons/icons.ts";
import { capital } from "./values.ts";

interface TypeWords {
  one: string;
  many: string;
  icon: IconName;
}

const TYPES: Record<string, TypeWords> = {
  "payment-terminal": { one: "payment terminal", many: "payment terminals", icon: "credit-card" },
  thermostat: { one: "thermostat", many: "thermostats", icon: "thermometer" },
  "energy-meter": { one: "energy meter", many: "energy meters", icon: "gauge" },
  "door-sensor": { one: "door sensor", many: "door sensors", icon: "door-open" },
  kiosk: { one: "kiosk", many: "kiosks", icon: "tablet" },
};

/** How a kind of device is called and drawn. A type nobody described is its own words: `ice-maker` is `ice maker`. */
export function typeWords(type: string): TypeWords {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (known !== undefined) return known;
  if (type === "unknown" || type === "") return { one: "device", many: "devices", icon: "box" };
  const one = type.replaceAll("-", " ");
  return { one, many: `${one}s`, icon: "box" };
}

/** The kind of a device as a label: `Payment terminal`, `Unknown type`. */
export function typeLabel(type: string): string {
  return type === "unknown" || type === "" ? "Unknown type" : capital(typeWords(type).one);
}

/** What devices of these types are called together: their common plural, else `devices`. */
export function typesTogether(types: readonly string[]): string {
  const [first, ...rest] = [...new Set(types)];
  return first === undefined || rest.length > 0 ? "devices" : typeWords(first).many;
}
