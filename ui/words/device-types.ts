import type { IconName } from "../icons/icons.ts";
import type { BrowserWords } from "./catalogues.ts";
import { capital } from "./values.ts";

const ICONS: Record<string, IconName> = {
  "payment-terminal": "credit-card",
  thermostat: "thermometer",
  "energy-meter": "gauge",
  "door-sensor": "door-open",
  kiosk: "tablet",
  camera: "cctv",
  controller: "sliders-vertical",
};

export function typeIcon(type: string): IconName {
  return Object.hasOwn(ICONS, type) ? ICONS[type]! : "box";
}

/** How a kind of device is called. A type nobody described is its own words: `ice-maker` is `ice maker`. */
function nounsOf({ states }: BrowserWords, type: string): { one: string; many: string } {
  if (type === "") return states.types.unknown;
  if (Object.hasOwn(states.types, type)) return states.types[type as keyof typeof states.types];
  const one = type.replaceAll("-", " ");
  return { one, many: states.plainPlural(one) };
}

/** The kind of a device as a label: `Payment terminal`, `Unknown type`. */
export function typeLabel(words: BrowserWords, type: string): string {
  return type === "unknown" || type === "" ? words.states.unknownType : capital(nounsOf(words, type).one);
}

/** What devices of these types are called together, as counted: their common plural, else `devices`. */
export function typesTogether(words: BrowserWords, types: readonly string[]): string {
  const [first, ...rest] = [...new Set(types)];
  return first === undefined || rest.length > 0 ? words.states.devices : nounsOf(words, first).many;
}
