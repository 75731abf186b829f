import type { Fault } from "../fault.ts";

/** Its disk is full: it reports it, and takes nothing new. */
export const diskFull: Fault = {
  what: "disk-full",
  values: (values) => ({
    ...values,
    ...(typeof values.disk === "number" ? { disk: 100 } : {}),
    errorCode: "DISK_FULL",
  }),
  refuses: { store: "no space left on the device" },
};
