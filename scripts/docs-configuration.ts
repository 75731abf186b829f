import { CLOUD_SETTINGS } from "../cloud/config/settings.ts";
import { EDGE_SETTINGS } from "../edge/config/settings.ts";
import type { SettingsTable } from "../protocol/settings/setting.ts";
import { optionName, variableName } from "../protocol/settings/settings.ts";

/** Writes docs/configuration.md from the settings themselves. `bun scripts/docs-configuration.ts`; a test compares. */
export function configurationPage(): string {
  return `# Settings

For whoever runs HOMEPOT. A setting comes from the command line, else from the environment, else from the TOML file
named with \`--config\`, else it has its default. A key that does not exist is an error that names the nearest one.

This page is made from the programs' own tables by \`bun scripts/docs-configuration.ts\`.

## homepot-edge

${table(EDGE_SETTINGS, "HOMEPOT_EDGE_")}

## homepot-cloud

${table(CLOUD_SETTINGS, "HOMEPOT_CLOUD_")}

## As a file

\`\`\`toml
data = "/var/lib/homepot-edge"

[mqtt]
listen = "0.0.0.0:1883"

[log]
level = "info"
\`\`\`
`;
}

function table(settings: SettingsTable, prefix: string): string {
  const rows = Object.values(settings).map(({ name, about, fallback, secret }) => {
    const option = secret === true ? [] : [`--${optionName(name)}`];
    const names = [name, ...option, variableName(prefix, name)].map((one) => `\`${one}\``);
    return `| ${names.join("<br>")} | ${shown(fallback)} | ${about} |`;
  });
  return ["| setting | default | what it does |", "|---|---|---|", ...rows].join("\n");
}

function shown(fallback: unknown): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return "none";
  if (typeof fallback === "object") {
    const { host, port } = fallback as { host: string; port: number };
    return `\`${host}:${port}\``;
  }
  return `\`${String(fallback)}\``;
}

if (import.meta.main) await Bun.write("docs/configuration.md", configurationPage());
