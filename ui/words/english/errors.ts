import { ERRORS, type ErrorCode } from "../../../protocol/errors.ts";

/** Every error as a page tells it. In English the words are those of the API, which are English always. */
export function errors(): Record<ErrorCode, { title: string; hint: string }> {
  return ERRORS;
}

/** Why a field was refused; what comes in is the message of the API. */
export function fields() {
  return { refusal: (message: string) => message };
}

export type FieldWords = ReturnType<typeof fields>;
