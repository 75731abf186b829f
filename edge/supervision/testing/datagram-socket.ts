import { dlopen, ptr } from "bun:ffi";
import { socketName } from "../datagram.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;
const LARGEST_BYTES = 64 * 1024;

const open = () =>
  dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });

/** A socket that datagrams are sent to, as systemd has one. */
export class DatagramSocket implements Disposable {
  readonly #libc = open();
  readonly #socket: number;

  constructor(address: string) {
    const { symbols } = this.#libc;
    this.#socket = symbols.socket(AF_UNIX, SOCK_DGRAM, 0);
    const name = socketName(address);
    if (symbols.bind(this.#socket, ptr(name), name.length) !== 0)
      throw new Error(`cannot listen at ${address}`);
  }

  /** The next datagram that has come; null when there is none. */
  read(): string | null {
    const buffer = new Uint8Array(LARGEST_BYTES);
    const length = Number(this.#libc.symbols.recv(this.#socket, ptr(buffer), buffer.length, MSG_DONTWAIT));
    return length < 0 ? null : new TextDecoder().decode(buffer.subarray(0, length));
  }

  [Symbol.dispose](): void {
    this.#libc.symbols.close(this.#socket);
    this.#libc.close();
  }
}
