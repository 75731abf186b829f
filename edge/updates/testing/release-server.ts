import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { zstdCompressSync } from "node:zlib";
import { makeDelta } from "../../../protocol/releases/make-delta.ts";

/** What a cloud hands on, and how badly its line behaves. */
export class ReleaseServer implements Disposable {
  readonly #server: Server;
  readonly key: KeyObject = generateKeyPairSync("ed25519").privateKey;
  /** By their addresses. */
  readonly files = new Map<string, Uint8Array>();
  /** What was asked for of releases, with its range. */
  readonly asked: string[] = [];
  /** So many bytes are sent of a program, and then the line is cut; so many times. */
  cutAfter = 0;
  cuts = 0;
  /** Whether so many bytes of a program are with whoever downloads it; only then is its line cut. */
  arrived: (bytes: number) => boolean = () => true;

  constructor() {
    this.#server = createServer((socket) => {
      let request = "";
      socket.on("data", (bytes) => {
        request += bytes.toString();
        if (request.endsWith("\r\n\r\n")) this.#answer(socket, request);
      });
      socket.on("error", () => socket.destroy());
    });
    this.#server.listen(0, "127.0.0.1");
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new TypeError("it does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  get keyPem(): string {
    return String(createPublicKey(this.key).export({ type: "spki", format: "pem" }));
  }

  /** Adds a release; with a delta from `base`, which is damaged if that is wanted. */
  add(
    release: { sequence: number; version?: string; program: Uint8Array; platform?: string },
    base: Uint8Array | null = null,
    damage = false,
  ): void {
    const { sequence, version = `0.1.${sequence}`, program, platform = "linux-x64" } = release;
    const sha256 = createHash("sha256").update(program).digest("hex");
    const file = `homepot-edge-${platform}`;
    const files = [{ program: "homepot-edge", platform, file, sizeBytes: program.length, sha256 }];
    const bytes = Buffer.from(JSON.stringify({ version, sequence, files }));
    for (const folder of [`/releases/${sequence}`, "/releases/latest"]) {
      this.files.set(`${folder}/release.json`, bytes);
      this.files.set(
        `${folder}/release.json.sig`,
        Buffer.from(sign(null, bytes, this.key).toString("base64")),
      );
    }
    const address = `/releases/${sequence}/${file}`;
    this.files.set(address, program);
    if (base === null) return;
    const from = createHash("sha256").update(base).digest("hex");
    const making = makeDelta(base, program);
    let step = making.next();
    while (step.done !== true) step = making.next();
    const delta = zstdCompressSync(step.value);
    this.files.set(`${address}/from/${from}`, damage ? delta.subarray(0, delta.length - 9) : delta);
  }

  /** Every answer ends its connection; one that is cut ends in the middle of the body. */
  #answer(socket: Socket, request: string): void {
    const path = /^GET (\S+)/.exec(request)?.[1] ?? "";
    const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(request)?.[1]?.trim();
    const range = header("range");
    if (path.startsWith("/releases/")) this.asked.push(range === undefined ? path : `${path} ${range}`);
    const reply = (
      status: string,
      headers: Record<string, string | number>,
      body: Uint8Array,
      ends = true,
    ) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${status}\r\nconnection: close\r\n${lines.join("")}\r\n`);
      socket.write(body);
      if (ends) socket.end();
    };
    const file = this.files.get(path);
    const none = new Uint8Array(0);
    if (file === undefined) {
      reply("404 Not Found", { "content-length": 0 }, none);
      return;
    }
    const etag = `"${createHash("sha256").update(file).digest("hex")}"`;
    const from = header("if-range") === etag ? Number(/\d+/.exec(range ?? "0")) : 0;
    if (from > 0 && from >= file.length) {
      const headers = { "content-range": `bytes */${file.length}`, "content-length": 0 };
      reply("416 Range Not Satisfiable", headers, none);
      return;
    }
    const isCut = this.cuts > 0 && path.includes("homepot-edge");
    if (isCut) this.cuts -= 1;
    const status = from > 0 ? "206 Partial Content" : "200 OK";
    const headers = { etag, "content-length": file.length - from };
    const until = isCut ? Math.min(from + this.cutAfter, file.length) : file.length;
    reply(status, headers, file.subarray(from, until), !isCut);
    if (isCut) void this.#cut(socket, until);
  }

  async #cut(socket: Socket, bytes: number): Promise<void> {
    while (!this.arrived(bytes)) await setImmediate();
    socket.destroy();
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}
