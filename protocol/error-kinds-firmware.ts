/** The part of the catalogue (`error-kinds.ts`) that is about firmware. */
export const FIRMWARE_ERRORS = {
  "firmware.damaged": {
    status: 422,
    title: "What came is not what was announced",
    hint: "Nothing was kept. Compare the file's SHA-256 with the one you sent, and upload it again.",
    retryable: true,
  },
  "firmware.no-room": {
    status: 409,
    title: "There is no room for another firmware",
    hint: "Delete firmware that no job needs, or have firmware.total-mib raised.",
    retryable: false,
  },
  "firmware.in-use": {
    status: 409,
    title: "A job needs this firmware",
    hint: "Cancel the jobs that bring it to devices, or wait until they have ended, and delete it then.",
    retryable: false,
  },
  "gateway.proof-required": {
    status: 401,
    title: "Only a gateway is given this",
    hint: "Sign the nonce of the header WWW-Authenticate with the gateway's key, as docs/protocol.md says.",
    retryable: true,
  },
} as const;
