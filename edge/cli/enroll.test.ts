import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ERRORS, type ErrorCode, toProblem } from "../../protocol/errors.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble, GATEWAY_ID } from "../uplink/testing/cloud-double.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: CloudDouble;

beforeEach(() => {
  directory = temporaryDirectory();
  cloud = new CloudDouble();
});

afterEach(() => {
  cloud[Symbol.dispose]();
  directory[Symbol.dispose]();
});

const enroll = (...more: string[]): ReturnType<typeof runCaptured> =>
  runCaptured("enroll", "--data", directory.path, "--claim", "7KQF-2M9D", ...more);

describe("homepot-edge enroll", () => {
  test("says where the gateway belongs and what comes next", async () => {
    expect(await enroll("--cloud", cloud.url, "--name", "Back office")).toEqual({
      code: 0,
      stdout:
        `Enrolled as the gateway of Cardiff Bay (Bistro) at ${cloud.url}.\n` +
        "A gateway that runs connects by itself; start one with `homepot-edge run`.\n",
      stderr: "",
    });
    expect(cloud.enrolRequests[0]).toMatchObject({ claim: "7KQF-2M9D", name: "Back office" });
  });

  test("prints JSON when asked", async () => {
    const { stdout } = await enroll("--cloud", `${cloud.url}/`, "--json");
    expect(JSON.parse(stdout)).toEqual({
      gatewayId: GATEWAY_ID,
      site: "Cardiff Bay",
      organization: "Bistro",
      cloud: cloud.url,
      replaced: false,
    });
  });

  test("a second time it says that it is done already, and --force does it again", async () => {
    await enroll("--cloud", cloud.url);
    expect(await enroll("--cloud", cloud.url)).toEqual({
      code: 1,
      stdout: "",
      stderr:
        `This gateway is enrolled already: it belongs to site Cardiff Bay at ${cloud.url}\n` +
        `${ERRORS["gateway.enrolled"].hint}\n`,
    });
    expect(await enroll("--cloud", cloud.url, "--force")).toMatchObject({ code: 0 });
  });

  const refused = (code: ErrorCode) => () =>
    Response.json(toProblem({ code, detail: "the detail" }), { status: ERRORS[code].status });
  const FAILURES: [string, () => Response, ErrorCode, string][] = [
    ["a wrong code", refused("claim.unknown"), "claim.unknown", "the detail"],
    ["a used code", refused("claim.used"), "claim.used", "the detail"],
    ["an expired code", refused("claim.expired"), "claim.expired", "the detail"],
    [
      "an address that is not a HOMEPOT cloud's",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "cloud.unexpected-answer",
      "status 200, text/html",
    ],
  ];
  for (const [name, answer, code, detail] of FAILURES) {
    test(`${name}: title, detail and next step, and exit code 1`, async () => {
      cloud.enrolAnswer = answer;
      const { code: exitCode, stdout, stderr } = await enroll("--cloud", cloud.url);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr.split("\n")).toEqual([
        expect.stringMatching(new RegExp(`^${ERRORS[code].title}: .*${detail}$`)),
        ERRORS[code].hint,
        "",
      ]);
    });
  }

  test("a cloud that is not there is named, with what to check", async () => {
    const url = cloud.url;
    cloud[Symbol.dispose]();
    const { code, stderr } = await enroll("--cloud", url);
    expect(code).toBe(1);
    expect(stderr).toStartWith(`The cloud cannot be reached: ${url}/api/v1/gateways/enroll: `);
    expect(stderr).toEndWith(`${ERRORS["cloud.unreachable"].hint}\n`);
  });

  test("bad usage is exit code 2, with what was expected", async () => {
    const bad = await enroll("--cloud", "homepot.example");
    expect(bad).toMatchObject({ code: 2, stdout: "" });
    expect(bad.stderr).toContain(
      "--cloud homepot.example: must be an address such as https://homepot.example",
    );
    const missing = await enroll();
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("--cloud");
    expect(cloud.enrolRequests).toEqual([]);
  });

  test("an address on which others can read along is warned of", async () => {
    const { stderr } = await enroll("--cloud", "http://cloud.invalid");
    expect(stderr).toStartWith("Note: http://cloud.invalid is not encrypted");
  });
});
