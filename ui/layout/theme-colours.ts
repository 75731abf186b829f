/** `--surface-0` of both themes as systems take it for the bars around the page: they know no OKLCH. */
export const THEME_COLOURS = { light: "#f7f8fa", dark: "#0e1114" } as const;
