import {
  choiceSetting,
  listenSetting,
  numberSetting,
  type SettingsOf,
  secretSetting,
  textSetting,
} from "../../protocol/settings/setting.ts";
import { KIB, MIB } from "../../protocol/units.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log/log.ts";

/** Every setting of the gateway; docs/configuration.md is made from this table. */
export const EDGE_SETTINGS = {
  data: textSetting({
    name: "data",
    about: "Directory of the gateway's database and key. It is made when missing.",
    fallback: "/var/lib/homepot-edge",
  }),
  cloudUrl: textSetting({
    name: "cloud.url",
    about:
      "Address of the cloud when it has moved since the gateway was enrolled, and for `cloud.claim`. Otherwise the one it enrolled at.",
    fallback: null,
  }),
  cloudClaim: secretSetting({
    name: "cloud.claim",
    about:
      "A claim code that a gateway which is not enrolled exchanges at `cloud.url` when it starts, as `homepot-edge enroll` does; for a container. One that is enrolled does not look at it.",
  }),
  cloudProxy: secretSetting({
    name: "cloud.proxy",
    about:
      "HTTP proxy on the way to the cloud, such as `http://proxy.example:3128`, or `http://NAME:PASSWORD@proxy.example:3128`. Otherwise that of `https_proxy` and `no_proxy` in the environment, if any.",
  }),
  mqttListen: listenSetting({
    name: "mqtt.listen",
    about:
      "Where the broker listens for devices. `0.0.0.0:1883` opens it to the site's network; port 0 takes any.",
    fallback: { host: "127.0.0.1", port: 1883 },
  }),
  mqttTlsListen: listenSetting({
    name: "mqtt.tls-listen",
    about: "Where the broker listens for devices over TLS, such as `0.0.0.0:8883`. Not at all by default.",
    fallback: null,
  }),
  mqttWebsocketListen: listenSetting({
    name: "mqtt.websocket-listen",
    about: "Where the broker listens for MQTT over WebSocket, such as `0.0.0.0:8083`. Not at all by default.",
    fallback: null,
  }),
  mqttWebsocketTlsListen: listenSetting({
    name: "mqtt.websocket-tls-listen",
    about: "The same over TLS (`wss`), such as `0.0.0.0:8084`. Not at all by default.",
    fallback: null,
  }),
  mqttTlsCertificate: textSetting({
    name: "mqtt.tls-certificate",
    about:
      "File with the broker's certificate and its chain (PEM), for the TLS listeners. Without it the gateway signs one itself.",
    fallback: null,
  }),
  mqttTlsKey: textSetting({
    name: "mqtt.tls-key",
    about: "File with the certificate's private key (PEM).",
    fallback: null,
  }),
  mqttTlsNames: textSetting({
    name: "mqtt.tls-names",
    about:
      "Further names or addresses, with commas between, under which devices reach the broker: for the certificate that the gateway signs itself.",
    fallback: null,
  }),
  mqttTlsClientCa: textSetting({
    name: "mqtt.tls-client-ca",
    about:
      "File with the authority (PEM) whose client certificates log a device in without a password: the common name is the device's id. Without it the gateway's own.",
    fallback: null,
  }),
  mqttMaxPayloadBytes: numberSetting({
    name: "mqtt.max-payload-bytes",
    about: "Largest message a device may publish. A larger one ends its connection.",
    fallback: 256 * KIB,
    min: KIB,
    max: 64 * MIB,
  }),
  mqttMaxConnections: numberSetting({
    name: "mqtt.max-connections",
    about: "Connections the broker holds at the same time; more are closed at once.",
    fallback: 5_000,
    min: 1,
    max: 1_000_000,
  }),
  mqttMaxConnectionsPerAddress: numberSetting({
    name: "mqtt.max-connections-per-address",
    about: "Of them from one network address, other than this machine's own. `0` sets no limit.",
    fallback: 2_500,
    min: 0,
    max: 1_000_000,
  }),
  mqttMaxConnectionsPerDevice: numberSetting({
    name: "mqtt.max-connections-per-device",
    about: "Of them by one device; for one more the oldest is closed. `0` sets no limit.",
    fallback: 100,
    min: 0,
    max: 1_000_000,
  }),
  mqttMaxConnectsPerSecond: numberSetting({
    name: "mqtt.max-connects-per-second",
    about:
      "New connections a second from one address, other than this machine's own; twenty seconds' worth may come at once. `0` sets no limit.",
    fallback: 250,
    min: 0,
    max: 1_000_000,
  }),
  mqttMaxMessagesPerSecond: numberSetting({
    name: "mqtt.max-messages-per-second",
    about:
      "Messages a client may publish a second; five seconds' worth may come at once. It is read no faster then, and nothing is lost. `0` sets no limit.",
    fallback: 1_000,
    min: 0,
    max: 1_000_000,
  }),
  mqttMaxInflight: numberSetting({
    name: "mqtt.max-inflight",
    about: "Messages of a client that are not answered, and QoS 2 messages it has not released.",
    fallback: 1_000,
    min: 1,
    max: 65_535,
  }),
  mqttMaxQueuedMessages: numberSetting({
    name: "mqtt.max-queued-messages",
    about: "Messages kept for one durable session that is away; further ones are dropped and counted.",
    fallback: 10_000,
    min: 1,
    max: 10_000_000,
  }),
  mqttMaxUnreadBytes: numberSetting({
    name: "mqtt.max-unread-bytes",
    about: "What a client was sent and has not read; then its connection is closed.",
    fallback: MIB,
    min: 16 * KIB,
    max: 1_024 * MIB,
  }),
  sealReadings: numberSetting({
    name: "telemetry.seal-readings",
    about: "Readings of a device that make a chunk.",
    fallback: 1_000,
    min: 1,
    max: 10_000,
  }),
  sealAfterSeconds: numberSetting({
    name: "telemetry.seal-after-seconds",
    about:
      "A device's readings are sealed into a chunk so long after the first of them, when they are a hundred, say something new, or no more have come; others wait five times as long. At once when somebody reads the device.",
    fallback: 60,
    min: 1,
    max: 86_400,
  }),
  devicesAskEverySeconds: numberSetting({
    name: "devices.ask-every-seconds",
    about:
      "How often a device that listens for commands is asked with the command `ping`, to learn how soon it answers. `0`: never.",
    fallback: 60,
    min: 0,
    max: 86_400,
  }),
  diskBudgetMib: numberSetting({
    name: "disk.budget-mib",
    about:
      "Size of the database from which on it makes room, MiB: first what the cloud has goes, then the oldest telemetry is thinned to minutes, ten minutes, hours and days, and dropped last.",
    fallback: 1_024,
    min: 16,
    max: 1_048_576,
  }),
  jobsMaxRunning: numberSetting({
    name: "jobs.max-running",
    about: "Executions of jobs that run at the same time; further ones wait in their order.",
    fallback: 50,
    min: 1,
    max: 10_000,
  }),
  jobsScriptsDirectory: textSetting({
    name: "jobs.scripts-directory",
    about:
      "Folder of the scripts that jobs may run: those of root or the gateway's account that nobody else can write.",
    fallback: "/etc/homepot/scripts",
  }),
  jobsMaxRunningPerDevice: numberSetting({
    name: "jobs.max-running-per-device",
    about: "Of them on one device, and of those on the gateway itself.",
    fallback: 1,
    min: 1,
    max: 100,
  }),
  statusListen: listenSetting({
    name: "status.listen",
    about:
      "Where the gateway shows its status page to whoever has the code that `homepot-edge status` prints, such as `0.0.0.0:8480`. Not at all by default; `homepot-edge install` switches it on.",
    fallback: null,
  }),
  updatesKey: textSetting({
    name: "updates.key",
    about:
      "File (PEM) with the key that releases must be signed with. `homepot-edge install` puts it there; without it no update is taken.",
    fallback: "/usr/lib/homepot-edge/release-key.pem",
  }),
  updatesKibPerSecond: numberSetting({
    name: "updates.max-kib-per-second",
    about: "KiB of an update that are downloaded in a second at most; `0` as many as come.",
    fallback: 2_048,
    min: 0,
    max: 1_048_576,
  }),
  jobsKeepDays: numberSetting({
    name: "jobs.keep-days",
    about:
      "Days after which executions of jobs that have ended are forgotten. For so long one that the cloud asks for again is known, and not begun again.",
    fallback: 60,
    min: 8,
    max: 36_500,
  }),
  serviceRestarts: choiceSetting({
    name: "service.restarts",
    about:
      "`yes` says that what started the gateway starts it again whenever it ends, as the restart policy of a container does: the job that restarts the gateway may end it then. systemd says so by itself.",
    fallback: "no",
    choices: ["no", "yes"],
  }),
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
export type EdgeSettings = SettingsOf<typeof EDGE_SETTINGS>;
