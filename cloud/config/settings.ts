import {
  choiceSetting,
  listenSetting,
  listSetting,
  numberSetting,
  type SettingsOf,
  secretSetting,
  textSetting,
} from "../../protocol/settings/setting.ts";
import { RETENTION_MAX_DAYS } from "../../protocol/telemetry/retention.ts";
import { readNetwork } from "../http/client-address.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log/log.ts";
import { ORIGIN_FORM, originSetting, readOrigin, readOutboundOrigin } from "./origin-setting.ts";
import { PUSH_LIMIT_SETTINGS } from "./push-limit-settings.ts";

/** Every setting of the control plane; docs/configuration.md is made from this table. */
export const CLOUD_SETTINGS = {
  data: textSetting({
    name: "data",
    about: "Directory of the database and the keys. It is made when missing.",
    fallback: "/var/lib/homepot-cloud",
  }),
  listen: listenSetting({
    name: "listen",
    about: "Where the dashboard, the API and the gateways' line are served; port 0 takes any.",
    fallback: { host: "127.0.0.1", port: 8080 },
  }),
  publicUrl: originSetting({
    name: "public-url",
    about:
      "Address at which people and gateways reach the service, when a proxy stands before it. Decides cookies and links.",
  }),
  trustedProxies: listSetting({
    name: "proxy.trusted",
    about:
      "Addresses or networks of the proxies before the service, with commas between. What they say in X-Forwarded-For about who asked is believed; of anybody else nothing is.",
    items: "an address or a network, such as 127.0.0.1 or 10.0.0.0/8",
    readItem: readNetwork,
  }),
  corsOrigins: listSetting({
    name: "cors.origins",
    about:
      "Origins of other web pages that may call the API with a token, with commas between. The dashboard needs none; the session cookie is never taken from them.",
    items: ORIGIN_FORM,
    readItem: readOrigin,
  }),
  perAddress: numberSetting({
    name: "limits.address-per-minute",
    about: "Requests a minute that are answered to one address (of IPv6 one /64 network); `0` any number.",
    fallback: 6_000,
    min: 0,
    max: 1_000_000,
  }),
  perPerson: numberSetting({
    name: "limits.person-per-minute",
    about: "Requests a minute that are answered to one person, in all their sessions; `0` any number.",
    fallback: 1_200,
    min: 0,
    max: 1_000_000,
  }),
  signup: choiceSetting({
    name: "accounts.signup",
    about:
      "`open` lets anybody make an account and an organisation of their own; with `closed` people join by invitation, and `admin create` makes owners.",
    fallback: "closed",
    choices: ["closed", "open"],
  }),
  mailHost: textSetting({
    name: "mail.host",
    about:
      "The mail server that takes our letters (SMTP). Without one nothing is sent: the links for a new password and for invited people are logged for the administrator.",
    fallback: null,
  }),
  mailPort: numberSetting({
    name: "mail.port",
    about: "Its port: 587 with `starttls`, 465 with `implicit`, often 25 with `none`.",
    fallback: 587,
    min: 1,
    max: 65_535,
  }),
  mailTls: choiceSetting({
    name: "mail.tls",
    about:
      "`starttls` begins in the clear and refuses to go on without encryption; `implicit` is encrypted from the first byte; `none` is never encrypted, for a server on this machine.",
    fallback: "starttls",
    choices: ["starttls", "implicit", "none"],
  }),
  mailAuthority: textSetting({
    name: "mail.authority",
    about:
      "File (PEM) with the certificate of the authority that signed the mail server's, where it is none that the world knows.",
    fallback: null,
  }),
  mailUser: textSetting({
    name: "mail.user",
    about: "The name to log in to the mail server with; none does not log in.",
    fallback: null,
  }),
  mailPassword: secretSetting({ name: "mail.password", about: "The password that goes with `mail.user`." }),
  mailFrom: textSetting({
    name: "mail.from",
    about: "Whom our letters are from: `homepot@example.com` or `HOMEPOT <homepot@example.com>`.",
    fallback: null,
  }),
  rawDays: numberSetting({
    name: "telemetry.raw-days",
    about:
      "Days after which readings are thinned to one row a chunk, with count, least, greatest and mean; `0` never. An organisation may set its own.",
    fallback: 400,
    min: 0,
    max: RETENTION_MAX_DAYS,
  }),
  keepDays: numberSetting({
    name: "telemetry.keep-days",
    about: "Days after which telemetry is dropped; `0` never. An organisation may set its own.",
    fallback: 3_650,
    min: 0,
    max: RETENTION_MAX_DAYS,
  }),
  releasesDirectory: textSetting({
    name: "releases.directory",
    about:
      "Directory of the releases that gateways are installed from and brought to: a folder for each, as ./scripts/release makes it. Without it, `releases` in the data directory.",
    fallback: null,
  }),
  jobsKeepDays: numberSetting({
    name: "jobs.keep-days",
    about:
      "Days after which the executions of a run that has ended are forgotten, with their steps and lines. Of each job the newest run stays, with how many of them came to what.",
    fallback: 90,
    min: 8,
    max: RETENTION_MAX_DAYS,
  }),
  firmwareMaxMib: numberSetting({
    name: "firmware.max-mib",
    about: "The largest firmware that may be uploaded, MiB.",
    fallback: 256,
    min: 1,
    max: 4_096,
  }),
  firmwareTotalMib: numberSetting({
    name: "firmware.total-mib",
    about:
      "All firmware of an organisation together, MiB. It is kept in the directory `firmware` of the data directory.",
    fallback: 4_096,
    min: 1,
    max: 1_048_576,
  }),
  masterKey: secretSetting({
    name: "keys.master",
    about:
      "The key that stored secrets are sealed with: 32 random bytes in base64url; of several, with commas between, the newest first. Without it the service takes systemd's credential `master.key`, or makes `master.key` in its data directory.",
  }),
  pushCredentials: textSetting({
    name: "push.credentials",
    about:
      "File (TOML, or JSON when it ends in .json) with the credentials of push platforms, a table each, for organisations that have entered none of their own; docs/notifications.md tells what each needs.",
    fallback: null,
  }),
  outboundAllowed: listSetting({
    name: "outbound.allowed",
    about:
      "Origins that the service sends to although they are not on the public internet or not encrypted, with commas between, such as https://hooks.internal.example or mqtt://10.0.0.5:1883. Anybody who may send can make it send there.",
    items: "an origin such as https://hooks.internal.example:8443",
    readItem: readOutboundOrigin,
  }),
  outboundAuthority: textSetting({
    name: "outbound.authority",
    about:
      "File (PEM) with the certificates of the authorities that signed those of `outbound.allowed`, and of platforms that are elsewhere, where they are none that the world knows.",
    fallback: null,
  }),
  fcmUrl: originSetting({ name: "push.fcm-url", about: "Where FCM is, when it is not at Google's." }),
  fcmTokenUrl: textSetting({
    name: "push.fcm-token-url",
    about: "Where FCM's access tokens are given, when that is not Google's endpoint.",
    fallback: null,
  }),
  apnsUrl: originSetting({ name: "push.apns-url", about: "Where APNs is, when it is not at Apple's." }),
  wnsTokenUrl: originSetting({
    name: "push.wns-token-url",
    about: "Where WNS's access tokens are given, when that is not Microsoft Entra ID.",
  }),
  ...PUSH_LIMIT_SETTINGS,
  logLevel: choiceSetting({
    name: "log.level",
    about: "The least important messages that are logged.",
    fallback: "info",
    choices: LOG_LEVELS,
  }),
  logFormat: choiceSetting({
    name: "log.format",
    about: "`json` for machines, `pretty` for people.",
    fallback: "json",
    choices: LOG_FORMATS,
  }),
};
export type CloudSettings = SettingsOf<typeof CLOUD_SETTINGS>;
