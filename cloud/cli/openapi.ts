import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import { readConfig } from "../config/config.ts";
import { createServedApp } from "../served-app.ts";
import { openCloud } from "./open-cloud.ts";

/** `homepot-cloud openapi`: the document of the API, for tools. Needs no running service and leaves nothing behind. */
export function openapiCommand(): Command {
  return new Command("openapi").description("print the OpenAPI document of the API").action(async () => {
    const directory = mkdtempSync(join(tmpdir(), "homepot-openapi-"));
    try {
      const settings = readConfig({ data: directory });
      if (!settings.ok) throw new RefusalError(settings.refusal);
      const log = getLogger("homepot");
      await using opened = await openCloud(settings.value, log, "http://localhost");
      const app = createServedApp(opened.cloud, { log, publicOrigin: "http://localhost", corsOrigins: [] });
      const answer = await app.request("/api/v1/openapi.json");
      process.stdout.write(`${JSON.stringify(await answer.json(), null, 2)}\n`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
