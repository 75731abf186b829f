import source from "./tokens.css" with { type: "text" };

/**
 * The colours of `tokens.css`, which are put on which, and how far they are apart: measured from the style sheet itself,
 * for the tests and for the page that shows them. Pure.
 */

export const THEMES = ["light", "dark"] as const;
export type ColourTheme = (typeof THEMES)[number];
/** Linear sRGB, 0 to 1. */
export type Linear = readonly [number, number, number];

const TONES = ["ok", "warning", "error", "offline", "info"] as const;
const SURFACES = ["surface-0", "surface-1", "surface-2"] as const;

export interface Pairing {
  colour: string;
  grounds: readonly string[];
}

/** Which text is put on which ground; at least 4.5 to 1. */
export const TEXTS: readonly Pairing[] = [
  { colour: "text-1", grounds: [...SURFACES, "surface-3", ...TONES.map((tone) => `${tone}-soft`)] },
  { colour: "text-2", grounds: [...SURFACES, ...TONES.map((tone) => `${tone}-soft`)] },
  { colour: "text-3", grounds: SURFACES },
  { colour: "accent", grounds: [...SURFACES, "accent-soft"] },
  { colour: "on-accent", grounds: ["accent", "accent-hover"] },
  ...TONES.map((tone) => ({ colour: `${tone}-text`, grounds: [...SURFACES, `${tone}-soft`] })),
];
/** Marks, edges of controls and the ring of focus; at least 3 to 1. */
export const MARKS: readonly Pairing[] = [
  ...TONES.map((tone) => ({ colour: tone, grounds: [...SURFACES, `${tone}-soft`] })),
  { colour: "line-control", grounds: ["surface-0", "surface-1"] },
  { colour: "focus", grounds: SURFACES },
];
export const TEXT_LEAST = 4.5;
export const MARK_LEAST = 3;

/** Every colour by its name in both themes. */
export const COLOURS: ReadonlyMap<string, Record<ColourTheme, Linear>> = new Map(
  [
    ...(source as string).matchAll(/--([\w-]+): light-dark\(\s*oklch\(([^/)]+)\),\s*oklch\(([^/)]+)\)\s*\)/g),
  ].map(([, name = "", light = "", dark = ""]) => [name, { light: toLinear(light), dark: toLinear(dark) }]),
);

/** OKLCH to linear sRGB, clipped as a screen clips it (Björn Ottosson's matrices). */
export function toLinear(text: string): Linear {
  const [lightness = 0, chroma = 0, hue = 0] = text.trim().split(/\s+/).map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (channel: number) => Math.min(1, Math.max(0, channel));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function luminance([red, green, blue]: Linear): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(one: Linear, other: Linear): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** The ratio of two colours by their names in a theme. Throws for a name that is none. */
export function contrastOf(one: string, other: string, theme: ColourTheme): number {
  const find = (name: string): Linear => {
    const found = COLOURS.get(name);
    if (found === undefined) throw new Error(`there is no colour --${name}`);
    return found[theme];
  };
  return contrast(find(one), find(other));
}
