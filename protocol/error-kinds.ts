import { FIRMWARE_ERRORS } from "./error-kinds-firmware.ts";
import { IMPORT_ERRORS } from "./error-kinds-imports.ts";
import { JOB_ERRORS } from "./error-kinds-jobs.ts";
import { LINE_ERRORS } from "./error-kinds-line.ts";
import { PUSH_ERRORS } from "./error-kinds-push.ts";
import { RELEASE_ERRORS } from "./error-kinds-releases.ts";

/**
 * Every error a person or a program can meet, once. API bodies (RFC 9457), the dashboard, the command line and
 * `docs/errors.md` are all made from this table. `code` is stable for ever; the words may improve.
 *
 * - `status`: HTTP status where the error reaches an HTTP caller; the line and MQTT use only code, title, hint.
 * - `hint`: the next step for whoever reads it.
 * - `retryable`: whether the same request may succeed later without a change by the caller.
 */
export interface ErrorKind {
  status: number;
  title: string;
  hint: string;
  retryable: boolean;
}

export const ERRORS = {
  "request.invalid": {
    status: 400,
    title: "The request has bad fields",
    hint: "Correct the fields listed under errors and send it again.",
    retryable: false,
  },
  "request.not-json": {
    status: 400,
    title: "The body is not JSON",
    hint: "Send one JSON object, whole and in UTF-8.",
    retryable: false,
  },
  "request.media-type": {
    status: 415,
    title: "The body is of a kind that is not taken here",
    hint: "Send JSON with the header Content-Type: application/json; /docs has the few addresses that take something else.",
    retryable: false,
  },
  "request.too-large": {
    status: 413,
    title: "The body is too large",
    hint: "Send at most the size named in the detail; split larger imports.",
    retryable: false,
  },
  "request.cross-site": {
    status: 403,
    title: "The request came from another site",
    hint: "Open the dashboard at its own address, or use an API key instead of the session cookie.",
    retryable: false,
  },
  "route.unknown": {
    status: 404,
    title: "There is no such address",
    hint: "Every address of the API is listed at /docs.",
    retryable: false,
  },
  "route.method": {
    status: 405,
    title: "This address does not do that",
    hint: "Use one of the methods in the answer's Allow header; /docs has what each of them does.",
    retryable: false,
  },
  "record.not-found": {
    status: 404,
    title: "There is no such record, or it belongs to another organisation",
    hint: "Look it up in its list again; it may have been deleted.",
    retryable: false,
  },
  "record.conflict": {
    status: 409,
    title: "A record with this name exists already",
    hint: "Choose another name, or change the existing record.",
    retryable: false,
  },
  "record.changed": {
    status: 412,
    title: "Somebody else changed this record meanwhile",
    hint: "Nothing was saved. Read the record again, and send the change with its new ETag in If-Match.",
    retryable: false,
  },
  "idempotency.reused": {
    status: 422,
    title: "This Idempotency-Key was used for another request",
    hint: "Take a new key for every new request; a key is sent again only with the very same method, address and body.",
    retryable: false,
  },
  "idempotency.running": {
    status: 409,
    title: "The first request with this Idempotency-Key is still running",
    hint: "Send it again after the number of seconds in the Retry-After header, to get the first one's answer.",
    retryable: true,
  },
  "idempotency.answer-lost": {
    status: 409,
    title: "The request took effect, and its answer was lost",
    hint: "The service stopped between the two. Nothing needs to be sent again: read the record for what it is now.",
    retryable: false,
  },
  "auth.required": {
    status: 401,
    title: "You are not logged in",
    hint: "Log in at /login, or send Authorization: Bearer with an API key.",
    retryable: false,
  },
  "auth.wrong-credentials": {
    status: 401,
    title: "Email or password is wrong",
    hint: "Check both; a forgotten password can be reset from the log-in page.",
    retryable: false,
  },
  "auth.forbidden": {
    status: 403,
    title: "Your role does not allow this",
    hint: "Ask an owner or administrator of the organisation.",
    retryable: false,
  },
  "auth.signup-closed": {
    status: 403,
    title: "Sign-up is by invitation",
    hint: "Ask an owner or administrator of your organisation to invite you; the link comes by email. Whoever runs the service makes owners with `homepot-cloud admin create`.",
    retryable: false,
  },
  "setup.unknown": {
    status: 404,
    title: "This set-up link cannot be used",
    hint: "It makes the first account, once, within a day after it was printed. `homepot-cloud setup-link` prints another. Is there an account already? Then log in.",
    retryable: false,
  },
  "account.exists": {
    status: 409,
    title: "This email address has an account already",
    hint: "Log in with it, or take another address for the new organisation's owner. Who has an account joins a further organisation by an invitation from there: under Settings, Members.",
    retryable: false,
  },
  "setup.done": {
    status: 409,
    title: "There is an account already",
    hint: "Log in, or be invited by an owner. `homepot-cloud admin create` makes another organisation, with an owner who has no account yet.",
    retryable: false,
  },
  "invitation.unknown": {
    status: 404,
    title: "This invitation cannot be used",
    hint: "It was withdrawn, used or is older than seven days. Ask whoever invited you for a new one.",
    retryable: false,
  },
  "role.built-in": {
    status: 409,
    title: "Built-in roles stay as they are",
    hint: "Make a role of your own from a copy of it, and change that.",
    retryable: false,
  },
  "role.in-use": {
    status: 409,
    title: "The role is in use",
    hint: "Give those members another role and withdraw those invitations, then delete it.",
    retryable: false,
  },
  "organization.last-owner": {
    status: 409,
    title: "An organisation needs an owner",
    hint: "Make somebody else owner first.",
    retryable: false,
  },
  "rate.limited": {
    status: 429,
    title: "Too many requests",
    hint: "Wait the number of seconds in the Retry-After header; RateLimit in every answer says what is left.",
    retryable: true,
  },
  "auth.too-many": {
    status: 429,
    title: "Too many attempts",
    hint: "Wait the number of seconds in the Retry-After header.",
    retryable: true,
  },
  ...LINE_ERRORS,
  "protocol.unsupported": {
    status: 426,
    title: "The two sides share no protocol version",
    hint: "Upgrade the older side: `homepot-edge --version` and `homepot-cloud --version` tell which that is.",
    retryable: true,
  },
  "frame.invalid": {
    status: 400,
    title: "A frame could not be read",
    hint: "Something between gateway and cloud altered the connection, or the other side has a fault. The gateway reconnects by itself.",
    retryable: true,
  },
  "frame.too-large": {
    status: 413,
    title: "A frame is larger than allowed",
    hint: "Frames carry at most 4 MiB. The gateway reconnects by itself.",
    retryable: true,
  },
  "chunk.invalid": {
    status: 422,
    title: "A telemetry chunk is damaged",
    hint: "It is set aside and the rest is served. `homepot-edge doctor` checks the disk it came from.",
    retryable: false,
  },
  "log.gap": {
    status: 409,
    title: "Entries are missing from the log",
    hint: "The receiver asks for them again by reconnecting; nothing needs to be done.",
    retryable: true,
  },
  "mqtt.not-authorized": {
    status: 401,
    title: "MQTT user name or password is wrong",
    hint: "Make credentials with `homepot-edge device add ID`; the password is shown once.",
    retryable: false,
  },
  "mqtt.foreign-topic": {
    status: 403,
    title: "A device may only use topics below its own prefix",
    hint: "Publish to homepot/<device>/…, where <device> is the MQTT user name. `homepot-edge device topics` lets an application use more.",
    retryable: false,
  },
  "mqtt.unknown-topic": {
    status: 400,
    title: "This topic has no meaning",
    hint: "The topics a device may publish to are listed in docs/mqtt.md.",
    retryable: false,
  },
  "payload.not-json": {
    status: 400,
    title: "The payload is not JSON",
    hint: 'Send a JSON object such as {"temperature":21.4}.',
    retryable: false,
  },
  "payload.invalid": {
    status: 400,
    title: "The payload does not have the expected form",
    hint: "Values are finite numbers, booleans or strings; ts is a whole number of ms since 1970.",
    retryable: false,
  },
  "payload.too-large": {
    status: 413,
    title: "The payload is too large",
    hint: "A message may have at most the size set as mqtt.max-payload-bytes.",
    retryable: false,
  },
  "device.exists": {
    status: 409,
    title: "A device with this id exists already",
    hint: "Choose another id, or remove the old one with `homepot-edge device remove ID`.",
    retryable: false,
  },
  "device.unknown": {
    status: 404,
    title: "There is no device with this id",
    hint: "`homepot-edge device list` shows the devices of this gateway.",
    retryable: false,
  },
  "config.unknown-setting": {
    status: 400,
    title: "There is no such setting",
    hint: "All settings are listed in docs/configuration.md.",
    retryable: false,
  },
  "config.invalid": {
    status: 400,
    title: "A setting has a bad value",
    hint: "Correct the value named in the detail.",
    retryable: false,
  },
  "mail.not-configured": {
    status: 503,
    title: "There is no mail server",
    hint: "Name one by mail.host and mail.from; docs/mail.md says how.",
    retryable: false,
  },
  "mail.failed": {
    status: 502,
    title: "The letter could not be sent",
    hint: "Correct the setting and try again; docs/mail.md has more.",
    retryable: true,
  },
  "listen.unavailable": {
    status: 500,
    title: "The address cannot be listened on",
    hint: "Another program uses the port, or the address is not this machine's. Choose another with --listen (homepot-cloud) or --mqtt-listen (homepot-edge).",
    retryable: true,
  },
  "database.newer": {
    status: 500,
    title: "The database was written by a newer version",
    hint: "Run the newer version again, or restore a backup made with this one.",
    retryable: false,
  },
  "gateway.running": {
    status: 409,
    title: "Another gateway runs on this data directory",
    hint: "Stop it first, or give this one a directory of its own with --data.",
    retryable: false,
  },
  "store.unavailable": {
    status: 503,
    title: "The database cannot be reached",
    hint: "Try again in a few seconds; /readyz tells when it is back.",
    retryable: true,
  },
  ...PUSH_ERRORS,
  ...JOB_ERRORS,
  ...FIRMWARE_ERRORS,
  ...IMPORT_ERRORS,
  ...RELEASE_ERRORS,
  "internal.error": {
    status: 500,
    title: "Something went wrong on our side",
    hint: "Nothing was half done. Try again; if it stays, the log has the details under the request id.",
    retryable: true,
  },
} as const satisfies Record<string, ErrorKind>;
