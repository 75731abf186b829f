import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../e2e/program.ts";
import { must } from "../install/machine.ts";

/** Debian's nginx with `containers/nginx.conf`, on ports of this machine and with a certificate of its own. */
export class Nginx implements AsyncDisposable {
  readonly origin: string;
  /** Who signed its certificate, PEM. */
  readonly authority: string;
  readonly #folder: string;
  readonly #running: Bun.Subprocess;

  private constructor(folder: string, origin: string, authority: string, running: Bun.Subprocess) {
    this.#folder = folder;
    this.origin = origin;
    this.authority = authority;
    this.#running = running;
  }

  /** `upstream`: where the cloud listens, `HOST:PORT`. */
  static async start(upstream: string): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), "homepot-nginx-"));
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    await must(
      ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"].concat([
        ...["-days", "2", "-keyout", key, "-out", certificate, ...subject],
      ]),
    );
    const port = await freePort();
    const site = (await readFile("containers/nginx.conf", "utf8"))
      .replace("listen 80;", `listen 127.0.0.1:${await freePort()};`)
      .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
      .replaceAll("homepot.example", "127.0.0.1")
      .replace("http://127.0.0.1:8080", `http://${upstream}`)
      .replace("/etc/ssl/homepot/fullchain.pem", certificate)
      .replace("/etc/ssl/homepot/privkey.pem", key);
    const whole = `pid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${site}}\n`;
    await Bun.write(join(folder, "nginx.conf"), whole);
    const command = ["nginx", "-p", folder, "-c", join(folder, "nginx.conf")];
    await must([...command, "-t"]);
    const running = Bun.spawn([...command, "-g", "daemon off;"], { stdout: "ignore", stderr: "ignore" });
    return new Nginx(folder, `https://127.0.0.1:${port}`, await readFile(certificate, "utf8"), running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.kill();
    await this.#running.exited;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
