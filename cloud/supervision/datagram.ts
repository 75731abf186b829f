import { dlopen, ptr } from "bun:ffi";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** Of `sun_path` (unix(7)). */
const PATH_BYTES = 108;

/**
 * Sends one datagram to a Unix socket, which the runtime has no call for. An address that begins with `@` is of the
 * abstract namespace. Gives whether it was taken; throws where the system's C library is not the GNU one.
 */
export function sendDatagram(address: string, text: string): boolean {
  const { symbols, close } = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  try {
    const socket = symbols.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    const payload = new TextEncoder().encode(text);
    const name = socketName(address);
    const sent = symbols.sendto(socket, ptr(payload), payload.length, 0, ptr(name), name.length);
    symbols.close(socket);
    return Number(sent) === payload.length;
  } finally {
    close();
  }
}

/** `sockaddr_un`: the family in two bytes of this machine's order, then the path; a NUL begins an abstract name. */
export function socketName(address: string): Uint8Array {
  const path = new TextEncoder().encode(address);
  if (path.length >= PATH_BYTES) throw new Error(`the address of a socket is too long: ${address}`);
  const abstract = address.startsWith("@");
  const name = new Uint8Array(2 + path.length + (abstract ? 0 : 1));
  new Uint16Array(name.buffer, 0, 1)[0] = AF_UNIX;
  name.set(path, 2);
  if (abstract) name[2] = 0;
  return name;
}
