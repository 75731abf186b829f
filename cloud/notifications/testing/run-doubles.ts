import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { startApns } from "./apns-double.ts";
import type { Fault } from "./fault.ts";
import { keyPair } from "./platform-parts.ts";
import { startWebPush } from "./web-push-double.ts";

/**
 * `bun cloud/notifications/testing/run-doubles.ts CHECK_EVERY`: the doubles as a process of their own, until it is killed.
 * Prints a line of JSON with where they are and what opens them, and where they are told what to do: POST
 * `{"vapid", "count"}` to `subscribe` for addresses of browsers; `{"platform", "fault"}` to `weather` for what happens to everybody
 * there, a fault, `goaway`, `expired` or null; GET `taken` for the ids of all that was taken.
 */
const checkEvery = Number(process.argv[2] ?? 1);
const certificate = await makeLocalCertificate();
const pair = keyPair("ec");
const app = {
  publicKey: pair.publicKey,
  keyId: "ABC123DEFG",
  teamId: "DEF123GHIJ",
  topic: "test.homepot.app",
};
const browsers = startWebPush(certificate, checkEvery);
const apple = await startApns(certificate, app, checkEvery);
const control = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1" },
  routes: {
    "/subscribe": async (request) => {
      const { vapid, count } = (await request.json()) as { vapid: string; count: number };
      return Response.json(Array.from({ length: count }, () => browsers.subscribe(vapid)));
    },
    "/weather": async (request) => {
      const { platform, fault } = (await request.json()) as {
        platform: "apns" | "web-push";
        fault: Fault | "goaway" | "expired" | null;
      };
      if (fault === "goaway") apple.goAway();
      else if (fault === "expired") apple.expireTokens();
      else (platform === "apns" ? apple : browsers).faults.everybody = fault ?? undefined;
      return new Response(null, { status: 204 });
    },
    "/taken": () =>
      Response.json({
        "web-push": browsers.taken.map(({ payload: { id, receipt } }) => ({ id, receipt })),
        apns: apple.taken.map(({ payload: { id, receipt } }) => ({ id, receipt })),
      }),
  },
});
process.stdout.write(
  `${JSON.stringify({
    authority: certificate.certificate,
    webPush: browsers.origin,
    apns: { url: apple.url, key: pair.privateKey, keyId: app.keyId, teamId: app.teamId, topic: app.topic },
    control: control.url.href,
  })}\n`,
);
