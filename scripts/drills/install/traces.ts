import type { Machine } from "./machine.ts";

/** Where an installation may leave something. */
const PLACES = "/etc /usr /var /root /home /opt /srv";
/** What a machine writes by itself, whoever is installed on it: journals, caches, and the copy of accounts before the last change. */
const ITS_OWN = [
  "/var/log/*",
  "/var/cache/*",
  "/var/tmp/*",
  "/etc/passwd-",
  "/etc/group-",
  "/etc/shadow-",
  "/etc/gshadow-",
];

/** Every file of a machine with its kind, mode, owner and group; a link with where it leads; its accounts; its units. */
export async function tracesOf(machine: Machine): Promise<Set<string>> {
  const others = ITS_OWN.map((pattern) => `-not -path '${pattern}'`).join(" ");
  const lines = [
    `find ${PLACES} -xdev ${others} -printf '%y %m %u:%g %p %l\\n'`,
    "sed 's/^/account /' /etc/passwd; sed 's/^/group /' /etc/group",
    "systemctl list-unit-files --no-legend --no-pager | sed 's/ .*//; s/^/unit file /'",
    // On a busy machine systemd still has the name of a unit that somebody asked for when there was none any more.
    "systemctl list-units --all --no-legend --no-pager --plain 'homepot*' | sed '/ not-found inactive dead /d; s/^/unit /'",
    "systemctl list-timers --all --no-legend --no-pager | sed 's/.* \\([^ ]*\\.timer\\) .*/timer \\1/'",
  ];
  const { code, said } = await machine.run(lines.join(" && "));
  if (code !== 0) throw new Error(`the machine's files cannot be listed: ${said}`);
  return new Set(said.split("\n").filter((line) => line !== ""));
}

/** What came, and what went, between two looks. */
export function difference(before: Set<string>, after: Set<string>): string[] {
  const came = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line.trim()}`);
  const went = [...before].filter((line) => !after.has(line)).map((line) => `- ${line.trim()}`);
  return [...came, ...went];
}
