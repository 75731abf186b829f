import type { PlatformName } from "../../../protocol/notifications/address.ts";
import { apns } from "./apns.ts";
import { fcm } from "./fcm.ts";
import { mqtt } from "./mqtt.ts";
import type { Platform } from "./platform.ts";
import { webPush } from "./web-push.ts";
import { wns } from "./wns.ts";

/** Every platform. A new one is a file, a line here, and its address in `protocol/notifications/address.ts`. */
export const PLATFORM_TABLE: { readonly [Name in PlatformName]: Platform<Name, unknown> } = {
  fcm,
  apns,
  "web-push": webPush,
  wns,
  mqtt,
};

/** The platform of a name, where which credentials it takes does not matter. */
export function platformOf(name: PlatformName): Platform<PlatformName, unknown> {
  return PLATFORM_TABLE[name] as unknown as Platform<PlatformName, unknown>;
}
