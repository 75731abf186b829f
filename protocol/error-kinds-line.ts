/** The part of the catalogue (`error-kinds.ts`) that is about a gateway's enrolment and its line to the cloud. */
export const LINE_ERRORS = {
  "claim.unknown": {
    status: 404,
    title: "This claim code does not exist",
    hint: "Check for a typing error, or make a new code: dashboard, Gateways, Add gateway; or `homepot-cloud gateway claim --site NAME`.",
    retryable: false,
  },
  "claim.used": {
    status: 409,
    title: "This claim code was used already",
    hint: "A code works once. Make a new one for this gateway.",
    retryable: false,
  },
  "claim.expired": {
    status: 410,
    title: "This claim code has expired",
    hint: "Codes are good for 24 hours. Make a new one.",
    retryable: false,
  },
  "gateway.unknown": {
    status: 401,
    title: "The cloud does not know this gateway",
    hint: "Enrol it again with `homepot-edge enroll --cloud URL --claim CODE`.",
    retryable: true,
  },
  "gateway.bad-signature": {
    status: 401,
    title: "The gateway could not prove its identity",
    hint: "Its key does not match the one it enrolled with. Enrol it again with a new claim code.",
    retryable: true,
  },
  "gateway.revoked": {
    status: 403,
    title: "This gateway was revoked",
    hint: "Enrol it again with a new claim code if that was a mistake.",
    retryable: false,
  },
  "site.deleted": {
    status: 409,
    title: "The gateway's site was deleted",
    hint: "Restore the site in the dashboard, in the list of deleted sites. Until then the gateway keeps what it collects.",
    retryable: true,
  },
  "gateway.superseded": {
    status: 409,
    title: "The same gateway connected again",
    hint: "The newest connection goes on. If this repeats, two machines run with one gateway's key: enrol one of them anew.",
    retryable: true,
  },
  "gateway.overrun": {
    status: 429,
    title: "The gateway sent faster than agreed",
    hint: "The gateway reconnects by itself and goes on where it stopped; nothing is lost.",
    retryable: true,
  },
  "cloud.busy": {
    status: 503,
    title: "The cloud has too much to do",
    hint: "The gateway comes again by itself in a few seconds and goes on where it stopped; nothing is lost.",
    retryable: true,
  },
  "gateway.enrolled": {
    status: 409,
    title: "This gateway is enrolled already",
    hint: "Nothing needs to be done. To give it a new identity, enrol it with a new claim code and --force: the cloud then sees a new gateway.",
    retryable: false,
  },
  "gateway.key-unusable": {
    status: 500,
    title: "The gateway's private key cannot be used",
    hint: "Put gateway.key back into the data directory from a backup, or enrol again with a new claim code and --force.",
    retryable: false,
  },
  "cloud.unreachable": {
    status: 503,
    title: "The cloud cannot be reached",
    hint: "Check the address, the site's name resolution, and that its firewall lets outgoing connections to the cloud pass.",
    retryable: true,
  },
  "cloud.certificate-time": {
    status: 503,
    title: "The cloud's certificate is not valid at this machine's time",
    hint: "Check this machine's clock and NTP (`timedatectl status`). If the clock is right, the cloud's certificate has to be renewed.",
    retryable: true,
  },
  "cloud.unexpected-answer": {
    status: 502,
    title: "The address does not answer as a HOMEPOT cloud does",
    hint: "Check the address; a proxy or a log-in page of the site's network may be answering in the cloud's place.",
    retryable: true,
  },
} as const;
