import { readFileSync } from "node:fs";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { secureRandom } from "../clock/clock.ts";
import { openMasterKeys } from "../config/master-keys.ts";
import { readPushCredentials } from "../config/push-credentials.ts";
import type { CloudSettings } from "../config/settings.ts";
import type { PushSettings } from "../notifications/notifications.ts";

/** What the settings say about sending. Throws a RefusalError with `config.invalid` for a file that is no good. */
export function pushSettingsOf(settings: CloudSettings): PushSettings {
  return {
    masterKeys: openMasterKeys(settings.data, settings.masterKey, secureRandom),
    credentials: readPushCredentials(settings.pushCredentials),
    hosts: {
      fcm: settings.fcmUrl,
      fcmToken: settings.fcmTokenUrl,
      apns: settings.apnsUrl,
      wnsToken: settings.wnsTokenUrl,
    },
    allowed: settings.outboundAllowed,
    authority: readAuthority(settings.outboundAuthority),
    limits: limitsIn(settings),
  };
}

function limitsIn(settings: CloudSettings): PushSettings["limits"] {
  const limits = (atOnce: number, perSecond: number) => ({
    atOnce,
    perSecond: perSecond === 0 ? null : perSecond,
  });
  return {
    fcm: limits(settings.fcmAtOnce, settings.fcmPerSecond),
    apns: limits(settings.apnsAtOnce, settings.apnsPerSecond),
    "web-push": limits(settings.webPushAtOnce, settings.webPushPerSecond),
    wns: limits(settings.wnsAtOnce, settings.wnsPerSecond),
    mqtt: limits(settings.brokerAtOnce, settings.brokerPerSecond),
    email: limits(settings.mailAtOnce, settings.mailPerSecond),
  };
}

function readAuthority(path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RefusalError(refuse("config.invalid", `outbound.authority: ${reason}`).refusal, { cause });
  }
}
