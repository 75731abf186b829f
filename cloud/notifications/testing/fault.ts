/** What a double does instead of what it was asked. */
export type Fault =
  | { status: number; body?: object; headers?: Record<string, string> }
  /** Takes the request and never answers. */
  | "hang"
  /** Cuts the connection. */
  | "reset";

export type FaultsBy = Map<string, Fault>;

/** An answer whose connection breaks before it is there. */
export function cutShort(): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.error() }));
}
