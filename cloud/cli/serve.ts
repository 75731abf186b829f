import { Command } from "commander";
import { startServer } from "../http/server.ts";
import { openLog } from "../log/log.ts";
import { createServedApp } from "../served-app.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-cloud serve`: the control plane, until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command("serve").description("run the control plane: dashboard, API, gateways' line");
  return withSettings(command, ["data", "listen", "publicUrl", "signup", "logLevel", "logFormat"]).action(
    serve,
  );
}

async function serve(options: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(options);
  const log = await openLog({ level: settings.logLevel, format: settings.logFormat });
  const { host, port } = settings.listen;
  const publicUrl = (
    settings.publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  ).replace(/\/$/, "");
  await using opened = await openCloud(settings, log, publicUrl);
  const { cloud } = opened;
  const { hub } = cloud.gateways;
  const publicOrigin = new URL(publicUrl).origin;
  const app = createServedApp(cloud, { log, publicOrigin });
  hub.start();
  cloud.live.start();
  const server = startServer({ host, port, publicOrigin }, app, cloud.accounts, {
    gateways: hub,
    browsers: cloud.live,
  });
  log.info("listening", { url: server.url.href, publicUrl, data: settings.data });

  await stopSignal();
  log.info("stopping");
  cloud.live.stop();
  await hub.stop();
  await server.stop(true);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}
