import type { Context } from "hono";
import type { ErrorCode, Result } from "../../protocol/errors.ts";
import { importResultSchema } from "../../protocol/imports/import.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** What the routes of imports and exports have in common. */
export const CSV = "text/csv";

/** Of the description of an import. */
export const IMPORT = {
  body: CSV,
  success: { status: 200, schema: importResultSchema },
  errors: ["request.invalid", "csv.invalid", "import.failing", "import.changed"] satisfies ErrorCode[],
} as const;

/** A file in pieces, and how many devices are not in it, or not counted in it, because `provenance` does not mean them. */
export interface CsvExport {
  pieces: AsyncIterable<string>;
  leftOut: number;
}

/** A file as the answer, each of its pieces made when there is room for it. `name`: of the file, without its ending. */
export function answerCsv(c: Context<AppEnv>, name: string, result: Result<CsvExport>): Response {
  if (!result.ok) return problem(c, result.refusal);
  const pieces = result.value.pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return?.();
    },
  });
  return c.body(body, 200, {
    "content-type": `${CSV}; charset=utf-8; header=present`,
    "content-disposition": `attachment; filename="${name}.csv"`,
    "left-out": String(result.value.leftOut),
  });
}
