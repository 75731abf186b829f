import { ERRORS } from "./error-kinds.ts";

export { ERRORS, type ErrorKind } from "./error-kinds.ts";

/** What `ERRORS`, the catalogue in error-kinds.ts, has a kind of. */
export type ErrorCode = keyof typeof ERRORS;

/** A field that was refused: `path` in dots (`values.temperature`, `devices.3.name`), and why. */
export interface FieldError {
  path: string;
  message: string;
}

/** An expected refusal as a value: what functions return instead of throwing when the input is at fault. */
export interface Refusal {
  code: ErrorCode;
  /** What is wrong this time, with the value that was met. */
  detail: string;
  /** The fields at fault; absent when the error is not about fields. */
  errors?: FieldError[];
  /** Of the record as it is now, where an update did not know of the last one. */
  etag?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(
  code: ErrorCode,
  detail: string,
  errors?: FieldError[],
): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: errors === undefined ? { code, detail } : { code, detail, errors } };
}

/** A refusal of one field: `request.invalid`, with the field's path. */
export function refuseField(path: string, message: string): { ok: false; refusal: Refusal } {
  return refuse("request.invalid", `${path}: ${message}`, [{ path, message }]);
}

/** A refusal on its way through code that throws: route handlers, command-line commands. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(`${ERRORS[refusal.code].title}: ${refusal.detail}`, options);
    this.refusal = refusal;
  }
}

/** RFC 9457 body with our extension members `code`, `hint`, `retryable`, `errors` and `etag`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  hint: string;
  retryable: boolean;
  errors?: FieldError[];
  etag?: string;
}

/** The problem document of a refusal. `type` is a relative reference to the page that explains the code. */
export function toProblem(refusal: Refusal): Problem {
  const kind = ERRORS[refusal.code];
  return {
    type: `/docs/errors#${refusal.code}`,
    title: kind.title,
    status: kind.status,
    detail: refusal.detail,
    code: refusal.code,
    hint: kind.hint,
    retryable: kind.retryable,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
    ...(refusal.etag === undefined ? {} : { etag: refusal.etag }),
  };
}

/** For `default:` of an exhaustive switch: fails to compile when a case is missing. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected variant: ${JSON.stringify(value)}`);
}
