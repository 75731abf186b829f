import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];
type Linear = [number, number, number];

const source = await Bun.file(join(import.meta.dir, "tokens.css")).text();
const tokens = new Map<string, Record<Theme, Linear>>();
for (const [, name, light, dark] of source.matchAll(
  /--([\w-]+): light-dark\(\s*oklch\(([^/)]+)\),\s*oklch\(([^/)]+)\)\s*\)/g,
)) {
  tokens.set(name!, { light: toLinear(light!), dark: toLinear(dark!) });
}

/** OKLCH to linear sRGB, clipped as a screen clips it (Björn Ottosson's matrices). */
function toLinear(text: string): Linear {
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

/** WCAG 2.2 contrast ratio. */
function contrast(one: Linear, other: Linear): number {
  const [high, low] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function colour(name: string, theme: Theme): Linear {
  const found = tokens.get(name)?.[theme];
  if (found === undefined) throw new Error(`there is no colour --${name}`);
  return found;
}

const SURFACES = ["surface-0", "surface-1", "surface-2"];
const TONES = ["ok", "warning", "error", "offline", "info"];
/** Which text is put on which ground. */
const TEXTS: [string, string[]][] = [
  ["text-1", [...SURFACES, "surface-3", ...TONES.map((tone) => `${tone}-soft`)]],
  ["text-2", [...SURFACES, ...TONES.map((tone) => `${tone}-soft`)]],
  ["text-3", SURFACES],
  ["accent", [...SURFACES, "accent-soft"]],
  ["on-accent", ["accent", "accent-hover"]],
  ...TONES.map((tone): [string, string[]] => [`${tone}-text`, [...SURFACES, `${tone}-soft`]]),
];
/** Marks, edges of controls and the ring of focus. */
const MARKS: [string, string[]][] = [
  ...TONES.map((tone): [string, string[]] => [tone, [...SURFACES, `${tone}-soft`]]),
  ["line-control", ["surface-0", "surface-1"]],
  ["focus", SURFACES],
];

test("white and black are 21 to 1, so that the arithmetic can be trusted", () => {
  expect(contrast(toLinear("1 0 0"), toLinear("0 0 0"))).toBeCloseTo(21, 1);
  expect(tokens.size).toBeGreaterThan(25);
});

describe.each(THEMES)("%s", (theme) => {
  test.each(TEXTS)("%s can be read on every ground it is put on (4.5 to 1)", (text, grounds) => {
    for (const ground of grounds) {
      const ratio = contrast(colour(text, theme), colour(ground, theme));
      expect({ text, ground, enough: ratio >= 4.5, ratio }).toMatchObject({ enough: true });
    }
  });

  test.each(MARKS)("%s can be seen on every ground it is put on (3 to 1)", (mark, grounds) => {
    for (const ground of grounds) {
      const ratio = contrast(colour(mark, theme), colour(ground, theme));
      expect({ mark, ground, enough: ratio >= 3, ratio }).toMatchObject({ enough: true });
    }
  });
});
