import type { Socket, TCPSocketListener } from "bun";

interface Ends {
  cloud: Socket<undefined> | null;
  /** What came before the cloud's end was there. */
  early: Uint8Array[];
}

/** A TCP proxy that breaks the line after so many bytes of the gateway's, wherever in a frame that is. */
export class CuttingProxy implements Disposable {
  /** Bytes that still pass before the cut; infinite when there is to be none. */
  budget = Number.POSITIVE_INFINITY;
  cuts = 0;
  readonly #listener: TCPSocketListener<Ends>;

  constructor(cloudPort: number) {
    this.#listener = Bun.listen<Ends>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: async (gateway) => {
          gateway.data = { cloud: null, early: [] };
          const cloud = await Bun.connect<undefined>({
            hostname: "127.0.0.1",
            port: cloudPort,
            socket: {
              data: (_, bytes) => {
                gateway.write(bytes);
              },
              close: () => {
                gateway.end();
              },
            },
          });
          for (const bytes of gateway.data.early) this.#pass(gateway, cloud, bytes);
          gateway.data.cloud = cloud;
        },
        data: (gateway, bytes) => {
          if (gateway.data.cloud === null) gateway.data.early.push(bytes);
          else this.#pass(gateway, gateway.data.cloud, bytes);
        },
        close: (gateway) => {
          gateway.data.cloud?.end();
        },
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }

  #pass(gateway: Socket<Ends>, cloud: Socket<undefined>, bytes: Uint8Array): void {
    const passed = bytes.subarray(0, this.budget);
    this.budget -= passed.length;
    cloud.write(passed);
    if (passed.length === bytes.length) return;
    this.cuts += 1;
    this.budget = Number.POSITIVE_INFINITY;
    cloud.end();
    gateway.end();
  }
}
