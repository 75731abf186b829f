import { join } from "node:path";
import { until } from "../../e2e/stack.ts";
import type { CloudInside } from "./cloud-inside.ts";
import { type Machine, must } from "./machine.ts";

const PORT = 8443;
/** On the machine. */
const CERTIFICATE = "/usr/local/share/front.pem";

/** What stands before a cloud and has its certificate, in the network of a machine: a process of its own. */
export class TlsFront implements AsyncDisposable {
  readonly url: string;
  /** For a command on the machine: the certificate counts. */
  readonly trusted = `CURL_CA_BUNDLE=${CERTIFICATE} NODE_EXTRA_CA_CERTS=${CERTIFICATE}`;
  readonly #process: Bun.Subprocess;

  private constructor(url: string, running: Bun.Subprocess) {
    this.url = url;
    this.#process = running;
  }

  /** Its certificate is valid from now on, and its key in `directory`. */
  static async start(machine: Machine, cloud: CloudInside, directory: string): Promise<TlsFront> {
    const [key, certificate] = [join(directory, "front.key"), join(machine.root, CERTIFICATE)];
    await must([
      ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", key, "-out", certificate, "-subj", "/CN=front"],
      ...["-addext", `subjectAltName=IP:${cloud.address}`],
    ]);
    const listen = [cloud.address, String(PORT), key, certificate, cloud.url];
    const running = Bun.spawn(machine.inNetwork(process.execPath, import.meta.path, ...listen), {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    });
    const front = new TlsFront(`https://${cloud.address}:${PORT}`, running);
    const ask = `${front.trusted} curl -fsS ${front.url}/readyz`;
    await until("the cloud behind TLS", async () => (await machine.run(ask)).code === 0);
    return front;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
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
