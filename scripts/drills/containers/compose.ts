import { readFileSync } from "node:fs";

/** `containers/compose.yaml` as podman is told of it. What is not understood here is an error, not left out. */

const FILE = "containers/compose.yaml";

export type Service = Record<string, unknown>;

/** The services of the file, with these variables in place of its own. Throws where one is wanted that is not there. */
export function readServices(variables: Record<string, string>): Record<string, Service> {
  const text = readFileSync(FILE, "utf8").replaceAll(
    /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, otherwise: string | undefined, text = "") => {
      const value = variables[name] ?? "";
      if (value === "" && otherwise === "?") throw new Error(`${name}: ${text}`);
      return value === "" ? text : value;
    },
  );
  return (Bun.YAML.parse(text) as { services: Record<string, Service> }).services;
}

/** What a service of the file becomes on podman's command line. */
export function podmanOptions(service: Service): string[] {
  return Object.entries(service).flatMap(([key, value]) => {
    const told = OPTIONS[key];
    if (told === undefined) throw new Error(`${FILE}: nobody here knows what ${key} means to podman`);
    return told(value as never);
  });
}

const each =
  (option: string) =>
  (values: readonly unknown[]): string[] =>
    values.flatMap((value) => [option, String(value)]);
const one =
  (option: string) =>
  (value: unknown): string[] => [option, String(value)];
/** Whoever drills does it himself, or sees it in the image. */
const nothing = (): string[] => [];

const OPTIONS: Record<string, (value: never) => string[]> = {
  image: nothing,
  build: nothing,
  profiles: nothing,
  depends_on: nothing,
  env_file: nothing,
  healthcheck: nothing,
  // Ports are given to the caller to take any, and networks have names of the drill's.
  ports: nothing,
  networks: nothing,
  // A process that ends would come back before anybody could look at it.
  restart: nothing,
  logging: ({ driver, options }: { driver: string; options: Record<string, string> }) => [
    ...["--log-driver", driver],
    // Of the two that there are podman knows the one.
    ...["--log-opt", `max-size=${options["max-size"]}`],
  ],
  read_only: (value: boolean) => (value ? ["--read-only"] : []),
  security_opt: each("--security-opt"),
  environment: (values: Record<string, string>) =>
    Object.entries(values).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  volumes: (values: string[]) =>
    each("--volume")(values.map((value) => value.replace(/^\.\//, `${process.cwd()}/containers/`))),
  tmpfs: each("--tmpfs"),
  cap_drop: each("--cap-drop"),
  cap_add: each("--cap-add"),
  stop_grace_period: (value: string) => ["--stop-timeout", value.replace(/s$/, "")],
  mem_limit: one("--memory"),
  pids_limit: one("--pids-limit"),
};
