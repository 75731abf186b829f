/**
 * The first of `offered` that an `Accept-Encoding` header takes (RFC 9110 section 12.5.3); null when it takes none.
 * A weight of 0 forbids; other weights are passed over: whoever can unpack the smallest gets it.
 */
export function acceptedEncoding<Name extends string>(
  header: string | undefined,
  offered: readonly Name[],
): Name | null {
  const weights = new Map(
    (header ?? "").split(",").map((part) => {
      const [coding = "", ...parameters] = part.toLowerCase().split(";");
      const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean);
      return [coding.trim(), Number(weight ?? 1)];
    }),
  );
  return offered.find((name) => (weights.get(name) ?? weights.get("*") ?? 0) > 0) ?? null;
}
