/**
 * A network with the loopback and nothing else, which ends with what runs in it. Podman's bridges, its rules for
 * published ports and what it sets of the kernel's are made there: whatever becomes of the drill, the firewall of this
 * machine is what it was. Rules that a killed podman left behind in it once lost one connection in a thousand.
 */

/** How to start a program in a network of its own. */
export function inOwnNetwork(...command: string[]): string[] {
  return ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "own-network", ...command];
}
