import { Site } from "./site.ts";

/**
 * A gateway that dies by SIGKILL after an entry of the downlog is committed and before it is acknowledged:
 * `kill-fixture.ts DIRECTORY [kill]`. What it applies it writes into a table, as a job or a notification would.
 */
const [directory, kill] = process.argv.slice(2);
const site = new Site(directory!);
site.db.sqlite.run("CREATE TABLE IF NOT EXISTS effect (version INTEGER NOT NULL)");
site.applyDownlog = (event) => {
  if (event.kind !== "config.desired") return;
  site.db.sqlite.query("INSERT INTO effect (version) VALUES (?)").run(event.version);
  if (kill === "kill") site.db.onCommit(() => process.kill(process.pid, "SIGKILL"));
};
site.uplink.start();
