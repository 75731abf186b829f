/** The part of the catalogue (`error-kinds.ts`) that is about releases, installing them and bringing them to gateways. */
export const RELEASE_ERRORS = {
  "release.untrusted": {
    status: 422,
    title: "The release is not signed by the key that is trusted here",
    hint: "Nothing of it was used. Get it again from whoever makes your releases; when their key has changed, install the new one first.",
    retryable: false,
  },
  "release.invalid": {
    status: 422,
    title: "The release cannot be read",
    hint: "Make it again with ./scripts/release, and copy its folder whole.",
    retryable: false,
  },
  "release.no-file": {
    status: 404,
    title: "The release has no program for this machine",
    hint: "There are programs for Linux on x64 and arm64. Build the missing one with ./scripts/build and make the release again.",
    retryable: false,
  },
  "release.damaged": {
    status: 422,
    title: "A file of the release is not what its manifest says",
    hint: "Copy or download it again: it was cut short or changed on the way.",
    retryable: true,
  },
  "release.beyond-end": {
    status: 416,
    title: "The file of the release ends before the part that was asked for",
    hint: "Ask for the whole file. A download that goes on asks with If-Range, so that another file is sent whole.",
    retryable: false,
  },
  "install.not-root": {
    status: 403,
    title: "Only root can install a service",
    hint: "Run it again with sudo; --dry-run shows what it would do, without.",
    retryable: false,
  },
  "install.no-systemd": {
    status: 422,
    title: "This machine does not run systemd",
    hint: "Start `homepot-edge run` by whatever starts programs here; docs/gateway.md says what it needs.",
    retryable: false,
  },
  "install.not-compiled": {
    status: 422,
    title: "Only the compiled program can be installed",
    hint: "Build it with ./scripts/build, and run dist/homepot-edge-linux-x64 install on the gateway.",
    retryable: false,
  },
  "install.failed": {
    status: 500,
    title: "A step of the installation failed",
    hint: "What was done before it stays. Mend what the detail says, and run it again: it goes on from what is there.",
    retryable: true,
  },
  "install.packaged": {
    status: 409,
    title: "The gateway is a package of this system",
    hint: "Take it away as it came: `apt-get remove homepot-edge` keeps data and settings, `apt-get purge homepot-edge` keeps nothing.",
    retryable: false,
  },
  "install.not-enrolled": {
    status: 422,
    title: "The gateway is installed and runs, but was not enrolled",
    hint: "Mend what the detail says, and run it again with a code that is good: what was done stays.",
    retryable: true,
  },
  "install.not-started": {
    status: 500,
    title: "The gateway is installed, but does not start",
    hint: "Mend what the detail says, and run it again; `homepot-edge logs` shows more.",
    retryable: true,
  },
  "release.older": {
    status: 409,
    title: "The release is not newer than what has run here",
    hint: "A gateway goes forward only. To undo a release, make a new one from the older source.",
    retryable: false,
  },
  "update.wrong-phase": {
    status: 409,
    title: "The update is not in a phase for that",
    hint: "Wait until it has ended; the job says how far it is.",
    retryable: false,
  },
  "update.not-possible": {
    status: 409,
    title: "This gateway cannot be updated from afar",
    hint: "Install it with `homepot-edge install` from a signed release; docs/updates.md says what it needs.",
    retryable: false,
  },
  "update.download-failed": {
    status: 503,
    title: "The release could not be downloaded",
    hint: "What has come is kept, and the next attempt goes on from there. Look at the gateway's line to the cloud.",
    retryable: true,
  },
} as const;
