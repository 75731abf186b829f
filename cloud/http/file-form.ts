import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { KIB } from "../../protocol/units.ts";

/** A form that brings a file: what stands in it before the file, and the file, which is still coming. */
export interface FileForm {
  fields: Record<string, string>;
  /** Read as fast as whoever takes it. Empty where none was chosen. */
  file: AsyncIterable<Uint8Array>;
}

const LIMITS = { fields: 50, fieldSize: 16 * KIB, fieldNameSize: 100, files: 1, parts: 60 };

/**
 * Reads a form with a file (`multipart/form-data`) without ever holding the file. The form must have the file last: what
 * comes after it is not read. Who does not read the file leaves the rest of the request where it is. Code: `request.invalid`.
 */
export async function readFileForm({ headers, body }: Request): Promise<Result<FileForm>> {
  const type = headers.get("content-type") ?? "";
  if (body === null || !/^multipart\/form-data\s*;/i.test(type))
    return refuse("request.invalid", "the form must be sent as multipart/form-data");
  const made = parserOf(type);
  if (!made.ok) return made;
  const parser = made.value;
  const fields: Record<string, string> = {};
  parser.on("field", (name, value) => {
    fields[name] = value;
  });
  return new Promise((resolve) => {
    parser.once("file", (_, file) => {
      feeding.endWith(file);
      resolve(accept({ fields, file: file as AsyncIterable<Uint8Array> }));
    });
    parser.once("finish", () => resolve(accept({ fields, file: nothing() })));
    parser.once("error", (error) => resolve(refuse("request.invalid", `the form: ${messageOf(error)}`)));
    const feeding = new Feeding(body, parser);
    void feeding.run();
  });
}

function parserOf(type: string): Result<Parser> {
  try {
    return accept(new Busboy({ headers: { "content-type": type }, limits: LIMITS }));
  } catch (error) {
    return refuse("request.invalid", `the form: ${messageOf(error)}`);
  }
}

type Parser = InstanceType<typeof Busboy>;

/** Gives the parser what comes, no faster than it takes it. */
class Feeding {
  readonly #body: ReadableStream<Uint8Array>;
  readonly #parser: Parser;
  #file: BusboyFileStream | null = null;
  #ended = false;

  constructor(body: ReadableStream<Uint8Array>, parser: Parser) {
    this.#body = body;
    this.#parser = parser;
  }

  /** Whoever stops to read the file ends it all. */
  endWith(file: BusboyFileStream): void {
    this.#file = file;
    file.once("close", () => {
      this.#ended = true;
      this.#parser.emit("drain");
    });
  }

  async run(): Promise<void> {
    const reader = this.#body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this.#ended) break;
        if (done) return void this.#parser.end();
        if (!this.#parser.write(value)) await this.#drained();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      // What is not wanted is not fetched either; a body that failed has nothing to cancel.
      await reader.cancel().catch(() => undefined);
    }
  }

  #drained(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      for (const event of ["drain", "error"] as const) this.#parser.once(event, () => resolve());
    });
  }

  /** The line broke, or it is no such form: whoever reads the file hears of it. */
  #fail(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    if (this.#file === null) this.#parser.emit("error", cause);
    else this.#file.destroy(cause);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
