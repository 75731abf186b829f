/** How this program was started, where that was by its launcher (`systemd/launcher.sh`). */
export interface Launched {
  /** The launcher's path: run again, it decides anew which version runs. */
  launcher: string;
  /** `trial`: this version has yet to show that it works. Else the slot it lies in, or `installed`. */
  as: "trial" | "a" | "b" | "installed";
}

/** Reads it once, and takes it out of the environment of what this process starts. Null: started by hand. */
export function takeLaunched(): Launched | null {
  const { HOMEPOT_LAUNCHER: launcher, HOMEPOT_LAUNCHED: as } = process.env;
  for (const name of ["HOMEPOT_LAUNCHER", "HOMEPOT_LAUNCHED"]) delete process.env[name];
  if (launcher === undefined || launcher === "") return null;
  const known = (["trial", "a", "b", "installed"] as const).find((one) => one === as);
  return known === undefined ? null : { launcher, as: known };
}
