import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { startApns } from "./apns-double.ts";
import { startBroker } from "./broker-double.ts";
import type { Fault, Faults } from "./fault.ts";
import { startFcm } from "./fcm-double.ts";
import { startMail } from "./mail-double.ts";
import { keyPair } from "./platform-parts.ts";
import { startWebPush } from "./web-push-double.ts";
import { startWns } from "./wns-double.ts";

/**
 * `bun cloud/notifications/testing/run-doubles.ts CHECK_EVERY`: the doubles as a process of their own, until it is killed.
 * Prints a line of JSON with where they are and what opens them, and where they are told what to do: POST
 * `{"vapid", "count"}` to `subscribe` for addresses of browsers; `{"platform", "fault"}` to `weather` for what happens to everybody
 * there, a fault, `goaway`, `expired` or null; GET `taken` for what tells all that was taken apart: `place` is where its
 * platform puts it, and what has the same place is seen once.
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
const google = keyPair("rsa");
const account = "push@homepot-test.iam.gserviceaccount.com";
const project = { project: "homepot-test", account, publicKey: google.publicKey };
const entra = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
  clientSecret: "a secret of the double",
};
const browsers = startWebPush(certificate, checkEvery);
const apple = await startApns(certificate, app, checkEvery);
const android = startFcm(certificate, project);
const windows = startWns(certificate, entra);
const broker = await startBroker();
const mail = await startMail();

type Weather = Fault | "goaway" | "expired" | null;
interface Told {
  set(fault: Fault | undefined): void;
  goaway?(): void;
  expired?(): void;
}
const byAll = (faults: Faults): Told["set"] => {
  return (fault) => {
    faults.everybody = fault;
  };
};
/** A token that was good is not, and the next who asks for another gets none. */
const losesTokens = (double: { revokeTokens(): void; refuseOnce(): void }) => () => {
  double.revokeTokens();
  double.refuseOnce();
};
const platforms: Record<string, Told> = {
  "web-push": { set: byAll(browsers.faults) },
  apns: { set: byAll(apple.faults), goaway: apple.goAway, expired: apple.expireTokens },
  fcm: { set: byAll(android.faults), expired: losesTokens(android) },
  wns: { set: byAll(windows.faults), expired: losesTokens(windows) },
  mqtt: {
    set: byAll(broker.faults),
    goaway: broker.goAway,
    expired() {
      broker.refuseOnce();
      broker.goAway();
    },
  },
  email: {
    set(fault) {
      mail.fault = fault;
    },
  },
};

const control = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1" },
  routes: {
    "/subscribe": async (request) => {
      const { vapid, count } = (await request.json()) as { vapid: string; count: number };
      return Response.json(Array.from({ length: count }, () => browsers.subscribe(vapid)));
    },
    "/weather": async (request) => {
      const { platform, fault } = (await request.json()) as { platform: string; fault: Weather };
      const told = platforms[platform];
      if (fault === "goaway") told?.goaway?.();
      else if (fault === "expired") told?.expired?.();
      else told?.set(fault ?? undefined);
      return new Response(null, { status: 204 });
    },
    "/taken": () => {
      const ofApp = ({ id, receipt }: Record<string, unknown>) => ({ id, receipt });
      return Response.json({
        // RFC 8030, 5.4, as long as the browser has not got it; then it is the notification's tag.
        "web-push": browsers.taken.map(({ id, headers, payload }) => ({
          ...ofApp(payload),
          place: placeOf(id, headers.topic, payload.tag),
        })),
        apns: apple.taken.map(({ token, headers, payload }) => ({
          ...ofApp(payload),
          place: placeOf(token, headers["apns-collapse-id"]),
        })),
        fcm: android.taken.map(({ token, data, android: own }) => ({
          ...ofApp(data as Record<string, unknown>),
          place: placeOf(token, (own as { notification: { tag: string } }).notification.tag),
        })),
        wns: windows.taken.map(({ id, headers, body }) => ({
          id: idInToast(body),
          place: placeOf(id, headers["x-wns-tag"]),
        })),
        // What was published again under its packet id was handed on once.
        mqtt: broker.taken.flatMap(({ payload, qos, times }, index) =>
          Array.from({ length: times }, () => ({
            ...ofApp(payload),
            place: qos === 2 ? String(index) : null,
          })),
        ),
        // Whom it is to, and what of, tells it apart.
        email: mail.taken().map(({ to, subject, messageId }) => ({
          id: `${to} ${subject}`,
          place: placeOf(to, messageId),
        })),
      });
    },
  },
});

/** Null when the platform was told nothing by which it knows the same again. */
function placeOf(...names: unknown[]): string | null {
  return names.every((name) => typeof name === "string") ? names.join(" ") : null;
}

function idInToast(body: string): string {
  return /"id":"([^"]+)"/.exec(body.replaceAll("&quot;", '"'))?.[1] ?? "";
}

process.stdout.write(
  `${JSON.stringify({
    authority: certificate.certificate,
    webPush: browsers.origin,
    apns: { url: apple.url, key: pair.privateKey, keyId: app.keyId, teamId: app.teamId, topic: app.topic },
    fcm: {
      ...{ url: android.url, tokenUrl: android.tokenUrl },
      credentials: {
        ...{ type: "service_account", project_id: project.project, client_email: account },
        private_key: google.privateKey,
      },
    },
    wns: { url: windows.url, credentials: entra },
    broker: broker.url,
    mailPort: mail.port,
    control: control.url.href,
  })}\n`,
);
