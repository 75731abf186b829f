/** What a double does instead of what it was asked. */
export type Fault =
  | { status: number; body?: object; headers?: Record<string, string> }
  /** Takes its time, and then does what it was asked. */
  | { afterMs: number }
  /** Takes the request and never answers. */
  | "hang"
  /** Cuts the connection. */
  | "reset";

/** By address; and one for all that have none of their own. */
export class Faults extends Map<string, Fault> {
  everybody: Fault | undefined;

  override get(address: string): Fault | undefined {
    return super.get(address) ?? this.everybody;
  }
}

/** An answer whose connection breaks before it is there. */
export function cutShort(): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.error() }));
}
