import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { passwordSchema, signupSchema } from "../accounts/account.ts";
import { deviceQuerySchema } from "../devices/device.ts";
import { helloSigningText } from "../frames/control.ts";
import { claimCodeSchema, claimRequestSchema, formatClaimCode } from "../gateways/gateway.ts";
import { browserMessageSchema } from "../live/event.ts";
import { siteInputSchema, siteQuerySchema } from "../sites/site.ts";
import { seriesQuerySchema } from "../telemetry/series.ts";
import { check } from "../validate.ts";
import { agreeVersion, PROTOCOL_VERSION } from "../version.ts";
import { pageSchema, toTimestamp } from "./list.ts";

describe("requests", () => {
  test("a list has a limit, with a default", () => {
    expect(check(siteQuerySchema, {})).toEqual({ ok: true, value: { limit: 50 } });
    for (const limit of ["0", "501", "-1", "x", "1.5"]) {
      expect(check(siteQuerySchema, { limit })).toMatchObject({ refusal: { errors: [{ path: "limit" }] } });
    }
    expect(check(deviceQuerySchema, { connectivity: "asleep" })).toMatchObject({
      refusal: { errors: [{ path: "connectivity" }] },
    });
  });

  test("a site needs a name and a real time zone, and refuses what it does not know", () => {
    expect(check(siteInputSchema, { name: " Cardiff Bay " })).toEqual({
      ok: true,
      value: {
        name: "Cardiff Bay",
        description: "",
        address: "",
        timeZone: "UTC",
        tags: [],
        customAttributes: {},
      },
    });
    const bad = check(siteInputSchema, {
      name: " ",
      timeZone: "Europe/Atlantis",
      latitude: 91,
      colour: "red",
    });
    expect(bad.ok ? [] : bad.refusal.errors?.map((error) => error.path).sort()).toEqual([
      "colour",
      "latitude",
      "name",
      "timeZone",
    ]);
  });

  test("a claim code is read however people write it", () => {
    for (const written of ["7KQF-2M9D", "7kqf2m9d", " 7kqf-2m9d "]) {
      expect(v.parse(claimCodeSchema, written)).toBe("7KQF2M9D");
    }
    expect(v.parse(claimCodeSchema, "oOiI-lL00")).toBe("00111100");
    expect(formatClaimCode("7KQF2M9D")).toBe("7KQF-2M9D");
    expect(v.is(claimCodeSchema, "7KQF-2M9")).toBe(false);
    expect(v.is(claimRequestSchema, { site: "Cardiff Bay" })).toBe(true);
    expect(v.is(claimRequestSchema, {})).toBe(false);
  });

  test("a series is asked for with ISO times or milliseconds", () => {
    expect(v.parse(seriesQuerySchema, { from: "2026-01-01T00:00:00Z", to: "1767225600001" })).toEqual({
      from: 1_767_225_600_000,
      to: 1_767_225_600_001,
      points: 300,
    });
    expect(check(seriesQuerySchema, { from: "yesterday" })).toMatchObject({
      refusal: { errors: [{ path: "from" }] },
    });
    expect(check(seriesQuerySchema, { points: "0" })).toMatchObject({
      refusal: { errors: [{ path: "points" }] },
    });
  });

  test("passwords have a length, emails are folded", () => {
    expect(v.is(passwordSchema, "short")).toBe(false);
    const person = { email: " A@Example.ORG ", password: "long enough", name: "A", organization: "O" };
    expect(v.parse(signupSchema, person).email).toBe("a@example.org");
  });

  test("a browser may watch a bounded number of devices", () => {
    const id = "0190b8e0-7c1a-7000-8000-000000000001";
    expect(v.is(browserMessageSchema, { watch: [id] })).toBe(true);
    expect(v.is(browserMessageSchema, { watch: Array(501).fill(id) })).toBe(false);
    expect(v.is(pageSchema(v.string()), { items: ["a"], nextCursor: null, total: 1 })).toBe(true);
    expect(toTimestamp(0)).toBe("1970-01-01T00:00:00.000Z");
  });
});

describe("versions", () => {
  test("the highest version both understand is spoken", () => {
    expect(agreeVersion({ min: 1, max: PROTOCOL_VERSION + 5 })).toBe(PROTOCOL_VERSION);
    expect(agreeVersion({ min: PROTOCOL_VERSION + 1, max: PROTOCOL_VERSION + 5 })).toBeNull();
    expect(agreeVersion({ min: 0, max: 0 })).toBeNull();
  });

  test("a signature is bound to the connection, the gateway and the log", () => {
    expect(helloSigningText("n", "g", "e")).toBe("homepot hello 1\nn\ng\ne");
  });
});
