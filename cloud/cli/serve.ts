import { Command } from "commander";
import { ownHost } from "../../protocol/settings/setting.ts";
import { createSupervision } from "../../protocol/supervision/supervision.ts";
import { systemClock } from "../clock/clock.ts";
import { takeSupervisor } from "../config/supervisor.ts";
import { VERSION } from "../config/version.ts";
import { trustNetworks } from "../http/client-address.ts";
import { listen } from "../http/server.ts";
import { openLog } from "../log/log.ts";
import { createServedApp } from "../served-app.ts";
import { answersReady, sendDatagram } from "../supervision/supervision.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-cloud serve`: the control plane, until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command("serve").description("run the control plane: dashboard, API, gateways' line");
  return withSettings(command, [
    "data",
    "listen",
    "publicUrl",
    "trustedProxies",
    "corsOrigins",
    "perAddress",
    "perPerson",
    "signup",
    "mailHost",
    "mailPort",
    "mailTls",
    "mailAuthority",
    "mailUser",
    "mailFrom",
    "pushCredentials",
    "outboundAllowed",
    "outboundAuthority",
    "fcmUrl",
    "fcmTokenUrl",
    "apnsUrl",
    "wnsTokenUrl",
    "rawDays",
    "keepDays",
    "releasesDirectory",
    "jobsKeepDays",
    "firmwareMaxMib",
    "firmwareTotalMib",
    "logLevel",
    "logFormat",
  ]).action(serve);
}

async function serve(options: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(options);
  const environment = takeSupervisor();
  const log = await openLog({ level: settings.logLevel, format: settings.logFormat });
  const server = listen(settings.listen);
  const publicUrl = new URL(settings.publicUrl ?? server.url);
  try {
    await using opened = await openCloud(settings, log, publicUrl.origin);
    const { cloud } = opened;
    const { hub } = cloud.gateways;
    await cloud.gateways.reapplySetAside();
    await cloud.vapid.ensure();
    hub.start();
    cloud.live.start();
    cloud.telemetry.start();
    cloud.retentions.start();
    await cloud.firmwares.start();
    cloud.startPush();
    cloud.configLayers.start();
    cloud.purge.start();
    cloud.activity.start();
    await cloud.jobs.start();
    await cloud.notifications.start();
    server.serve({
      app: createServedApp(cloud, {
        log,
        publicOrigin: publicUrl.origin,
        corsOrigins: settings.corsOrigins,
      }),
      accounts: cloud.accounts,
      rightOfWay: cloud.rightOfWay,
      sockets: { gateways: hub, browsers: cloud.live },
      publicOrigin: publicUrl.origin,
      trustsProxy: trustNetworks(settings.trustedProxies),
    });
    // Every byte of them is looked at, which nothing has to wait for.
    void cloud.releases.all();
    // Heard from here on: whoever reads that it listens may stop it at once.
    const stopped = stopSignal();
    log.info("listening", {
      url: server.url.href,
      publicUrl: publicUrl.href,
      data: settings.data,
      version: VERSION,
    });

    const own = new URL(server.url);
    own.hostname = ownHost(settings.listen.host);
    const supervision = createSupervision({
      ...{ clock: systemClock, log, environment, send: sendDatagram },
      signs: [answersReady(own)],
      describe: () => `${hub.connections} gateways connected`,
    });
    supervision.ready();

    const token = await cloud.accounts.beginSetup();
    if (token !== null) {
      const link = `${publicUrl.origin}/setup?token=${token}`;
      log.warn("nobody has an account yet; make the first one at this link, within a day", { link });
    }

    await stopped;
    log.info("stopping");
    supervision.stopping();
    server.close();
    cloud.live.stop();
    await hub.stop();
    await cloud.jobs.stop();
    await cloud.notifications.stop();
    await cloud.purge.stop();
    await cloud.configLayers.stop();
    await cloud.retentions.stop();
    await cloud.activity.stop();
    await cloud.telemetry.stop();
    await cloud.stopPush();
    await cloud.accounts.settled();
    await opened.mail.stop();
    // Before the database is closed under whoever still asks.
    await server.stop();
  } finally {
    await server.stop();
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}
