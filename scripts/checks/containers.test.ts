import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { configurationPage } from "../docs-configuration.ts";
import { podmanOptions, readServices, type Service } from "../drills/containers/compose.ts";

/** The files that container engines read, as far as reading them tells. `./scripts/drill containers` runs them. */

const containerfile = readFileSync("containers/Containerfile", "utf8");
const services = readServices({ HOMEPOT_HOST: "homepot.example" });

/** Of an image: what its last stage says, a line an instruction. */
function stage(name: string): string[] {
  const [, text = ""] = containerfile.split(`FROM scratch AS ${name}\n`);
  const [own = ""] = text.split(/^FROM /m);
  return own
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^[A-Z]/.test(line));
}

describe.each(["cloud", "edge"])("the image of the %s", (name) => {
  const instructions = stage(name);

  test("begins with nothing, is nobody's in particular, and asks its own program how it is", () => {
    expect(instructions).toContainEqual("USER 65532:65532");
    expect(instructions).toContainEqual(`ENTRYPOINT ["/usr/bin/homepot-${name}"]`);
    expect(instructions.join("\n")).toMatch(/HEALTHCHECK .*CMD \["\/usr\/bin\/homepot-[a-z]+", "health"\]/);
    expect(instructions.filter((line) => /^(RUN|ADD)/.test(line))).toEqual([]);
  });

  test("and the service of the compose file agree on the health check", () => {
    const {
      test: command,
      interval,
      timeout,
      start_period,
      retries,
    } = (services[name]?.healthcheck ?? {}) as Service;
    const told = `HEALTHCHECK --interval=${interval} --timeout=${timeout} --start-period=${start_period} --retries=${retries} `;
    const [first, ...rest] = command as string[];
    expect(instructions).toContainEqual(
      `${told}${first} [${rest.map((part) => JSON.stringify(part)).join(", ")}]`,
    );
  });
});

test("every image that comes from elsewhere is pinned to what it is", () => {
  const images = [
    ...[...containerfile.matchAll(/^ARG BASE=(.*)$/gm)].map(([, image]) => image),
    services.proxy?.image,
  ];
  expect(images).toHaveLength(2);
  for (const image of images)
    expect(image).toMatch(/^docker\.io\/library\/[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  const bases = [...containerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, base]) => base);
  const stages = [...containerfile.matchAll(/ AS (\S+)$/gm)].map(([, name]) => name);
  const known = [...stages, "scratch"];
  expect(bases.filter((base = "") => !known.includes(base) && !/^\$\{BASE\}$/.test(base))).toEqual([]);
});

describe.each(Object.entries(services))("the service %s", (name, service) => {
  test("may do and take no more than it needs", () => {
    const { mem_limit: memory, pids_limit: processes, stop_grace_period: grace } = service;
    expect([typeof memory, typeof processes, grace]).toEqual([
      "string",
      "number",
      expect.stringMatching(/^\d+s$/),
    ]);
    expect(service).toMatchObject({
      ...{ restart: "unless-stopped", read_only: true, cap_drop: ["ALL"] },
      security_opt: ["no-new-privileges:true"],
    });
    expect(service.cap_add ?? []).toEqual(name === "proxy" ? ["NET_BIND_SERVICE"] : []);
    expect(podmanOptions(service)).toContain("--read-only");
  });

  test("sets nothing that there is not", () => {
    const page = configurationPage();
    const named = Object.keys(service.environment as object).filter((one) =>
      /^HOMEPOT_(CLOUD|EDGE)_/.test(one),
    );
    expect(named.length > 0).toBe(name !== "proxy");
    expect(named.filter((one) => !page.includes(`\`${one}\``))).toEqual([]);
  });

  test("keeps what it has in volumes and networks of the file", () => {
    const file = Bun.YAML.parse(readFileSync("containers/compose.yaml", "utf8")) as Record<string, object>;
    const volumes = (service.volumes as string[]).map((one) => one.split(":")[0] ?? "");
    const named = volumes.filter((one) => /^[a-z-]+$/.test(one));
    expect(Object.keys(file.volumes ?? {})).toEqual(expect.arrayContaining(named));
    expect(Object.keys(file.networks ?? {})).toEqual(
      expect.arrayContaining(Object.keys((service.networks ?? {}) as object)),
    );
  });
});

test("a cloud that nobody gave a name is not begun", () => {
  expect(() => readServices({})).toThrow("HOMEPOT_HOST: write it into containers/.env");
});

test("the environment that is shown has only settings that there are", () => {
  const shown = readFileSync("containers/example.env", "utf8");
  const names = [...shown.matchAll(/^(?:# )?(HOMEPOT_[A-Z_]+)=/gm)].map(([, name]) => name ?? "");
  const known = `${configurationPage()}${readFileSync("containers/compose.yaml", "utf8")}`;
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(known))).toEqual([]);
  expect(names).toContain("HOMEPOT_HOST");
});
