/** What a scanner said of an address. */
export interface Finding {
  tool: "wapiti" | "sqlmap" | "meter";
  severity: Severity;
  /** Method and path. */
  where: string;
  what: string;
}

export const SEVERITIES = ["information", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** From this on the scan has failed. */
export function isGrave({ severity }: Finding): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf("medium");
}

/** The same thing said of many requests to one address is one line. */
export function tellFindings(findings: readonly Finding[]): string[] {
  const lines = findings.map(({ tool, severity, where, what }) => `${severity}: ${where}: ${what} (${tool})`);
  const counts = Map.groupBy(lines, (line) => line);
  return [...counts].map(([line, { length }]) => (length === 1 ? line : `${line}, ${length} times`));
}
