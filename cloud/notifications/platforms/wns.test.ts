import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { DELIVERY, message, platformParts } from "../testing/platform-parts.ts";
import { startWns, type WnsDouble, xmlProblem } from "../testing/wns-double.ts";
import type { PlatformParts, Sender } from "./platform.ts";
import { type WnsCredentials, wns } from "./wns.ts";

const credentials: WnsCredentials = {
  tenantId: "7a1c0b5e-0000-4000-8000-000000000001",
  clientId: "7a1c0b5e-0000-4000-8000-000000000002",
  clientSecret: "a secret of Entra's",
};
let double: WnsDouble;
let parts: PlatformParts;
let sender: Sender<"wns">;
let channels = 0;
const opened = (given = credentials): Sender<"wns"> => {
  const made = wns.open(given, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
};
const channel = () => {
  channels += 1;
  return `channel${channels}`;
};
const send = (id = channel(), input = message(), from = sender) =>
  from.send({
    ...{ id: DELIVERY, message: input, expiresMs: Date.now() + 60_000 },
    address: { platform: "wns", channelUri: double.channel(id) },
  });

beforeAll(async () => {
  const certificate = await makeLocalCertificate();
  double = startWns(certificate, credentials);
  parts = await platformParts({
    allowed: [double.url],
    hosts: { wnsToken: double.url },
    authority: certificate.certificate,
  });
  sender = opened();
});
afterAll(() => double[Symbol.asyncDispose]());

describe("a message to Windows", () => {
  test("is a toast with all it has, and the access token is asked for once", async () => {
    const input = message({
      ...{
        title: 'Door "3" <open> & ajar',
        collapseKey: "door3",
        priority: "critical",
        category: "doors",
        sound: "none",
      },
      ...{ image: "https://cdn.example/a.png?x=1&y=2", link: "/devices/1", data: { door: "3" } },
      actions: [
        { id: "ack", title: "Acknowledge" },
        { id: "map", title: "Map", link: "https://map.example/?q=1&z=2" },
      ],
    });
    expect(await send(channel(), input)).toEqual({ outcome: "sent", platformId: "msg-1" });
    const { headers, body } = double.taken.at(-1)!;
    expect(headers).toMatchObject({
      ...{ "x-wns-type": "wns/toast", "x-wns-tag": "door3", "x-wns-ttl": "60", "x-wns-priority": "high" },
      ...{ "x-wns-cache-policy": "cache", "content-type": "text/xml" },
    });
    expect(body).toContain("<text>Door &quot;3&quot; &lt;open&gt; &amp; ajar</text>");
    expect(body).toContain('activationType="protocol" arguments="https://map.example/?q=1&amp;z=2"');
    expect(body).toContain('<audio silent="true"/>');
    await Promise.all(Array.from({ length: 20 }, () => send()));
    expect(double.tokens()).toBe(1);
  });

  test.each([
    ["tile", "wns/tile", '<binding template="TileWide">'],
    ["badge", "wns/badge", '<badge value="7"/>'],
    ["raw", "wns/raw", '"title":"Door open"'],
  ] as const)("is a %s when it is to be", async (windows, type, part) => {
    expect(await send(channel(), message({ windows, badge: 7 }))).toMatchObject({ outcome: "sent" });
    const { headers, body } = double.taken.at(-1)!;
    expect(headers["x-wns-type"]).toBe(type);
    expect(body).toContain(part);
  });

  test("with characters that XML has not, or a key that is no tag, is understood all the same", async () => {
    const input = message({ title: "a\u0000b\u000bc\ud800", collapseKey: "door.3_of-the-cold-room" });
    expect(await send(channel(), input)).toMatchObject({ outcome: "sent" });
    const { headers, body } = double.taken.at(-1)!;
    expect(headers["x-wns-tag"]).toMatch(/^[0-9a-f]{16}$/);
    expect(body).toContain("<text>abc</text>");
  });

  test("that is too large is refused before it is sent", async () => {
    const data = { a: "x".repeat(2_000), b: "x".repeat(2_000), c: "x".repeat(1_200) };
    expect(await send(channel(), message({ data }))).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("5000"),
    });
  });

  test.each([
    [{ status: 404 }, { outcome: "gone" }],
    [{ status: 410 }, { outcome: "gone" }],
    [
      { status: 403, headers: { "x-wns-error-description": "Channel mismatch" } },
      { outcome: "refused", reason: "403 Channel mismatch" },
    ],
    [
      { status: 406, headers: { "retry-after": "20" } },
      { outcome: "throttled", retryAfterMs: 20_000 },
    ],
    [
      { status: 503, headers: { "retry-after": "5" } },
      { outcome: "throttled", retryAfterMs: 5_000 },
    ],
    [{ status: 500 }, { outcome: "retryable" }],
    [
      { status: 200, headers: { "x-wns-status": "channelthrottled" } },
      { outcome: "throttled", retryAfterMs: 60_000 },
    ],
    [{ status: 200, headers: { "x-wns-status": "dropped" } }, { outcome: "refused" }],
    ["reset" as const, { outcome: "retryable" }],
  ])("WNS's answer %j is understood", async (fault, outcome) => {
    const id = channel();
    double.faults.set(id, fault);
    expect(await send(id)).toMatchObject(outcome);
  });

  test("is sent with a new token after the old one has ended before its time", async () => {
    await send();
    const before = double.tokens();
    double.revokeTokens();
    expect(await send()).toMatchObject({ outcome: "sent" });
    expect(double.tokens()).toBe(before + 1);
  });

  test("is sent when Entra refuses one token and gives the next", async () => {
    double.revokeTokens();
    double.refuseOnce();
    expect(await send()).toMatchObject({ outcome: "sent" });
  });

  test("whose credentials Entra refuses, or cannot look at now, is told apart, and the secret is not said", async () => {
    const refused = await send(channel(), message(), opened({ ...credentials, clientSecret: "wrong one" }));
    expect(refused).toMatchObject({ outcome: "refused", reason: expect.stringContaining("invalid_client") });
    expect(JSON.stringify(refused)).not.toContain("wrong one");
    double.faults.set("token", { status: 503 });
    expect(await send(channel(), message(), opened())).toMatchObject({ outcome: "retryable" });
    double.faults.delete("token");
  });

  test("never goes to a host that is not Windows's, which would be given the token", async () => {
    const before = double.tokens();
    for (const channelUri of [
      "https://evil.example/?token=a",
      "https://notify.windows.com.evil.example/",
      "http://db5.notify.windows.com/",
    ])
      expect(
        await sender.send({
          id: DELIVERY,
          message: message(),
          expiresMs: Date.now(),
          address: { platform: "wns", channelUri },
        }),
      ).toMatchObject({ outcome: "refused" });
    expect(double.tokens()).toBe(before);
  });

  test("says what each of its forms does not show", () => {
    const input = message({
      ...{ windows: "tile", link: "/a", data: { a: "1" }, localization: { titleKey: "t" } },
      actions: [{ id: "a", title: "A" }],
    });
    expect(wns.notes(input).map(({ field }) => field)).toEqual(["localization", "actions", "link", "data"]);
    expect(wns.notes(message({ sound: "bell", badge: 1 })).map(({ field }) => field)).toEqual([
      "sound",
      "badge",
    ]);
  });
});

test.each([
  ["<toast><visual/></toast>", null],
  ["<toast><visual></toast>", "</toast> closes nothing"],
  ["<toast>a & b</toast>", "a bare &"],
  ["<tile/>", "<tile> in <document>"],
  ["<toast><text>a</text></toast>", "<text> in <toast>"],
  ["<toast/><toast/>", "<toast> in <document>"],
  ["", "not closed"],
])("the double's own judgement of %p", (body, problem) => {
  expect(xmlProblem(body, "toast")).toBe(problem);
});
