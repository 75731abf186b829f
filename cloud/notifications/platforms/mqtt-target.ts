import { createHash } from "node:crypto";
import { DAY, SECOND } from "../../../protocol/units.ts";
import { hostOf } from "../../outbound/outbound.ts";
import type { MqttCredentials } from "./mqtt.ts";
import type { LineOptions } from "./mqtt-line.ts";
import type { PlatformParts } from "./platform.ts";

/** Where a broker is, and as whom it is spoken to. */

/** For so long a broker (MQTT 5) keeps what is under way when nobody is connected; with 3.1.1 it keeps it for good. */
const KEPT_SECONDS = (7 * DAY) / SECOND;

/** What tells a broker, and whom it knows us as, from others. */
export const brokerKey = ({ url, username = "" }: MqttCredentials): string =>
  createHash("sha256").update(`${url} ${username}`).digest("hex");

/**
 * `kept`: of a session that goes on when the connection is gone, its client id, and whether anything is under way in it. Null: of this
 * connection only. Throws as `Outbound.locate` does.
 */
export async function lineOptions(
  { url, username, password, version }: MqttCredentials,
  { outbound, hosts, random }: Pick<PlatformParts, "outbound" | "hosts" | "random">,
  kept: { clientId: string; isUnderWay: boolean } | null,
): Promise<LineOptions> {
  const target = await outbound.locate(url);
  const isV5 = version !== "3.1.1";
  return {
    host: target.address,
    port: Number(url.slice(url.lastIndexOf(":") + 1)),
    tls: url.startsWith("mqtts:")
      ? { servername: hostOf(target.url), authority: target.isAllowed ? hosts.authority : null }
      : null,
    version: isV5 ? 5 : 4,
    clientId: kept?.clientId ?? newClientId(random.bytes(8)),
    ...{ username, password },
    // What the broker may still have of a session that was left in order is of no use. (To 3.1.1 it means also that nothing is
    // kept from now on.)
    isClean: kept === null || (isV5 && !kept.isUnderWay),
    keptSeconds: kept === null ? 0 : KEPT_SECONDS,
  };
}

/** 23 letters and digits, which every broker takes (MQTT-3.1.3-5). */
export const newClientId = (bytes: Uint8Array): string => `homepot${Buffer.from(bytes).toString("hex")}`;
