import { join } from "node:path";
import { until } from "../../e2e/stack.ts";
import type { CloudInside } from "./cloud-inside.ts";
import { type Machine, must } from "./machine.ts";

const PORT = 8443;
/** On the machine. */
const AUTHORITY = "/usr/local/share/ca-certificates/company.crt";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/**
 * What stands before a cloud in the network of a machine, a process of its own, with a certificate by a company's own authority,
 * which nobody on the machine knows.
 */
export class TlsFront implements AsyncDisposable {
  readonly url: string;
  readonly #machine: Machine;
  readonly #authority: string;
  readonly #process: Bun.Subprocess;

  private constructor(url: string, machine: Machine, authority: string, running: Bun.Subprocess) {
    this.url = url;
    this.#machine = machine;
    this.#authority = authority;
    this.#process = running;
  }

  /** Its certificate is valid from now on, and its key in `directory`. */
  static async start(machine: Machine, cloud: CloudInside, directory: string): Promise<TlsFront> {
    const at = (name: string): string => join(directory, name);
    const [authority, authorityKey] = [at("authority.pem"), at("authority.key")];
    const [key, request, certificate, extension] = [
      at("front.key"),
      at("front.csr"),
      at("front.pem"),
      at("front.ext"),
    ];
    const own = ["-keyout", authorityKey, "-out", authority, "-subj", "/CN=Company"];
    await must(["openssl", "req", "-x509", ...NEW_KEY, ...own]);
    await must(["openssl", "req", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=front"]);
    await Bun.write(extension, `subjectAltName=IP:${cloud.address}`);
    const by = ["-CA", authority, "-CAkey", authorityKey, "-CAcreateserial", "-extfile", extension];
    await must(["openssl", "x509", "-req", "-in", request, "-out", certificate, ...by]);
    const listen = [cloud.address, String(PORT), key, certificate, cloud.url];
    const running = Bun.spawn(machine.inNetwork(process.execPath, import.meta.path, ...listen), {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    });
    const front = new TlsFront(`https://${cloud.address}:${PORT}`, machine, authority, running);
    const ask = `curl -fsSk ${front.url}/readyz`;
    await until("the cloud behind TLS", async () => (await machine.run(ask)).code === 0);
    return front;
  }

  /** Does what `install.sh` and `doctor` say about a company's authority. */
  async makeKnown(): Promise<void> {
    await must(["cp", this.#authority, join(this.#machine.root, AUTHORITY)]);
    const updated = await this.#machine.run("update-ca-certificates");
    if (updated.code !== 0) throw new Error(updated.said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
    await this.#machine.run(`rm -f ${AUTHORITY} && update-ca-certificates --fresh`);
  }
}

if (import.meta.main) {
  const [hostname, port, key, cert, cloud] = process.argv.slice(2) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const tls = { key: Bun.file(key), cert: Bun.file(cert) };
  Bun.serve({
    ...{ hostname, port: Number(port), tls },
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      return fetch(`${cloud}${pathname}${search}`, request);
    },
  });
}
