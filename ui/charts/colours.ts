/** The colours of a chart, resolved: a canvas does not understand `var(…)`. */
export interface ChartColours {
  line: string;
  band: string;
  grid: string;
  text: string;
  /** A mark, and one of something that failed. */
  mark: string;
  failed: string;
}

/**
 * Reads the colours from the custom properties in force at `host`. They go through a real property of a probe, since
 * a custom property is only text and may still hold `light-dark(…)`.
 */
export function readColours(host: HTMLElement): ChartColours {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const resolve = (value: string) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const colours = {
    line: resolve("var(--accent)"),
    band: resolve("color-mix(in oklch, var(--accent) 20%, transparent)"),
    grid: resolve("var(--line)"),
    text: resolve("var(--text-2)"),
    mark: resolve("var(--text-3)"),
    failed: resolve("var(--error)"),
  };
  probe.remove();
  return colours;
}
