import type { Fault } from "../fault.ts";

/** Its network is unplugged: it goes without a goodbye, and its last will speaks for it. */
export const offline: Fault = { what: "offline", isUp: () => false };
