import type { Socket, TCPSocketListener } from "bun";

interface Ends {
  far: Socket<undefined> | null;
}

/** An HTTP proxy: forwards `CONNECT host:port` (RFC 9110 section 9.3.6) to one port of this machine, whatever is asked for. */
export class TunnellingProxy implements Disposable {
  /** First lines of what was asked for. */
  readonly asked: string[] = [];
  /** In place of a tunnel. */
  answer: string | null = null;
  readonly #listener: TCPSocketListener<Ends>;

  constructor(farPort: number) {
    this.#listener = Bun.listen<Ends>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (near) => {
          near.data = { far: null };
        },
        data: async (near, bytes) => {
          if (near.data.far !== null) {
            near.data.far.write(bytes);
            return;
          }
          const [first = ""] = bytes.toString().split("\r\n");
          this.asked.push(first);
          if (this.answer !== null || !first.startsWith("CONNECT ")) {
            near.end(this.answer ?? "HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n");
            return;
          }
          near.data.far = await Bun.connect<undefined>({
            hostname: "127.0.0.1",
            port: farPort,
            socket: { data: (_, more) => void near.write(more), close: () => void near.end() },
          });
          near.write("HTTP/1.1 200 Connected\r\n\r\n");
        },
        close: (near) => void near.data.far?.end(),
      },
    });
  }

  get url(): string {
    return `http://me:secret@127.0.0.1:${this.#listener.port}`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }
}
