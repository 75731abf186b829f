/** A letter as the mail server of the tests got it. */
export interface ReceivedLetter {
  /** Of the envelope. */
  from: string;
  to: string[];
  /** Whether the line was encrypted when it came. */
  encrypted: boolean;
  /** Names in lower case; as they stand on the line. */
  headers: Record<string, string>;
  subject: string;
  text: string;
  html: string;
}

/** Reads the parts of a message as our letters have them (RFC 2045, 2046, 2047): one text, one HTML. */
export function readLetter(raw: string): Pick<ReceivedLetter, "headers" | "subject" | "text" | "html"> {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "")?.[1];
  if (boundary === undefined) throw new TypeError(`no parts in ${JSON.stringify(headers)}`);
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, "")));
  const partOf = (type: string): string => {
    const part = parts.find((one) => one.headers["content-type"]?.startsWith(type));
    if (part === undefined) throw new TypeError(`the letter has no ${type}`);
    return decode(part.body, part.headers["content-transfer-encoding"] ?? "7bit");
  };
  const subject = (headers.subject ?? "").replaceAll(/=\?utf-8\?([qb])\?([^?]*)\?=\s*/gi, (_, kind, word) =>
    decode(
      kind.toLowerCase() === "b" ? word : word.replaceAll("_", " "),
      kind.toLowerCase() === "b" ? "base64" : "quoted-printable",
    ),
  );
  return { headers, subject, text: partOf("text/plain"), html: partOf("text/html") };
}

function split(message: string): { headers: Record<string, string>; body: string } {
  const end = message.indexOf("\r\n\r\n");
  const lines = message
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: Object.fromEntries(headers), body: message.slice(end + 4) };
}

function decode(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body.replaceAll("\r\n", "\n");
  const bytes = body
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8").replaceAll("\r\n", "\n");
}
