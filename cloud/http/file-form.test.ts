import { describe, expect, test } from "bun:test";
import { readFileForm } from "./file-form.ts";

const BOUNDARY = "----of-the-test";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fileHead = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
const END = `\r\n--${BOUNDARY}--\r\n`;

/** A request whose body comes in these pieces, and how many were taken. */
function requestOf(pieces: readonly (string | Uint8Array | Error)[], type = TYPE) {
  const taken = { pieces: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[taken.pieces];
        taken.pieces += 1;
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      },
      cancel() {
        taken.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const request = { headers: new Headers({ "content-type": type }), body } as unknown as Request;
  return { request, taken };
}
async function read(pieces: readonly (string | Uint8Array | Error)[], type?: string) {
  const form = await readFileForm(requestOf(pieces, type).request);
  if (!form.ok) return form.refusal.code;
  const bytes: Uint8Array[] = [];
  for await (const piece of form.value.file) bytes.push(piece);
  return { fields: form.value.fields, file: Buffer.concat(bytes).toString("latin1") };
}

describe("a form with a file", () => {
  test("is read whatever the pieces it comes in", async () => {
    const whole = Buffer.from(
      `${field("name", "tïll")}${field("version", "")}${fileHead}\0\r\n--no end\xff${END}`,
      "utf8",
    );
    const expected = {
      fields: { name: "tïll", version: "" },
      file: Buffer.from(`\0\r\n--no end\xff`, "utf8").toString("latin1"),
    };
    for (const size of [1, 7, 64, whole.length]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      expect(await read(pieces)).toEqual(expected);
    }
  });

  test("of which no file was chosen has an empty one", async () => {
    expect(await read([field("name", "a"), END.slice(2)])).toEqual({ fields: { name: "a" }, file: "" });
    expect(await read([field("name", "a"), fileHead, END])).toEqual({ fields: { name: "a" }, file: "" });
  });

  test("that is none, or breaks off before its file, is refused", async () => {
    expect(await read(["name=a"], "application/x-www-form-urlencoded")).toBe("request.invalid");
    expect(await read(["name=a"], "multipart/form-data; boundary=")).toBe("request.invalid");
    expect(await read([field("name", "a").slice(0, 30)])).toBe("request.invalid");
    expect(await read([field("name", "a"), new Error("the line broke")])).toBe("request.invalid");
  });

  test("that breaks off within its file fails whoever reads that", async () => {
    const [cut, broken] = [
      [fileHead, "half"],
      [fileHead, "half", new Error("the line broke")],
    ];
    for (const pieces of [cut, broken])
      expect(
        await read(pieces).then(
          () => "read",
          (error: Error) => error.name,
        ),
      ).toBe("Error");
  });

  test("is fetched no further than it is read, and not at all once nobody reads on", async () => {
    const piece = new Uint8Array(256 * 1_024);
    const { request, taken } = requestOf([fileHead, ...Array.from({ length: 100 }, () => piece), END]);
    const form = await readFileForm(request);
    if (!form.ok) throw new Error(form.refusal.detail);
    for await (const _ of form.value.file) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect([taken.cancelled, taken.pieces < 20]).toEqual([true, true]);
  });
});
