/**
 * What an installer has examined: the disk and the database, ports and permissions, the broker's log-in, the way to the
 * cloud, the clock. Each examination gives findings, which say what was found and what to do about it. It changes nothing
 * but what it takes back at once: 64 KiB on the disk, a log-in that is refused.
 */
export { examineLogin, type Login } from "./broker-login.ts";
export { type Finding, fine, problem, warning } from "./finding.ts";
export { examineWay } from "./network.ts";
export { examinePermissions } from "./permissions.ts";
export { examineFreePorts, type WantedPort } from "./ports.ts";
export { type DiskState, examineDatabase, examineDisk, readDisk } from "./storage.ts";
export { CLOCK_ADVICE, examineTime, isSynchronised } from "./time.ts";
