/**
 * Which capability uses which other one's door, and what for. What is not listed is refused. Pages are not bound by
 * it: they show what several capabilities know. A folder that is no capability (`DOORLESS`) is open to all of its side.
 */
export const CAPABILITY_USES: Record<string, Record<string, string>> = {
  "edge/devices": { "edge/uplog": "the cloud hears of a device in the transaction that makes it" },
  "edge/conduct": { "edge/uplog": "what is amiss with a device is told to the cloud" },
  "edge/telemetry": { "edge/uplog": "a sealed chunk is an entry of the log" },
  "edge/retention": {
    "edge/uplog": "it thins and drops what waits there",
    "edge/telemetry": "it commits with what devices send",
  },
  "edge/diagnosis": { "edge/retention": "what was dropped" },
  "edge/status-page": {
    "edge/devices": "it shows them",
    "edge/diagnosis": "whether the disk takes what is written",
    "edge/enrolment": "whose gateway it is",
    "edge/retention": "what was dropped",
    "edge/uplink": "how the line is",
  },
  "edge/support": { "edge/status-page": "its code is a secret to take out" },
  "edge/certificates": { "edge/devices": "a certificate is issued to a device that there is" },
  "edge/device-config": { "edge/uplog": "what a device reports is told to the cloud" },
  "edge/notifications": { "edge/uplog": "what became of one is told to the cloud" },
  "edge/jobs": {
    "edge/uplog": "every step and every line is told to the cloud",
    "edge/firmware": "one kind brings devices what it has fetched",
  },
  "edge/firmware": { "edge/enrolment": "the cloud gives firmware to a gateway that proves who it is" },
  "edge/enrolment": { "edge/uplog": "to a new identity belongs a new epoch" },
  "edge/broker": {
    "edge/certificates": "what the TLS listeners show, and which of the devices' count",
    "edge/devices": "who may connect, and what became of them",
    "edge/telemetry": "a message is acknowledged when the commit that holds it has returned",
  },
  "edge/installation": { "edge/updates": "a release by hand is checked as one over the air is" },
  "edge/clock-steps": { "edge/uplog": "where in the log the clock was set" },
  "edge/uplink": {
    "edge/clock-steps": "the cloud is told when our clock was set",
    "edge/uplog": "it sends the log",
    "edge/enrolment": "it proves who the gateway is",
  },
  "edge/scheduler": {
    "edge/jobs": "what has come due is an execution like any other",
    "edge/uplog": "what is left out is told to the cloud",
  },
  "edge/simulation": {
    "edge/simulator": "it runs the devices",
    "edge/devices": "they get credentials, and lose them",
    "edge/uplog": "how it goes is told to the cloud",
  },
  "edge/simulator": { "edge/devices": "simulated devices get credentials as real ones do" },
  "cloud/http": {
    "cloud/accounts": "sockets are upgraded for those who are logged in",
    "cloud/gateways": "the gateways' socket",
    "cloud/live": "the browsers' socket",
  },
  "cloud/accounts": {
    "cloud/audit": "who joined, left or became what is noted where it happens",
    "cloud/mail": "links for one person alone are brought to them",
  },
  "cloud/activity": { "cloud/audit": "what people did is a part of what happened" },
  "cloud/config-layers": { "cloud/audit": "who wanted what is noted where it happens" },
  "cloud/firmware": {
    "cloud/audit": "every upload and deletion is noted",
    "cloud/gateways": "who fetches it proves to be a gateway",
  },
  "cloud/jobs": {
    "cloud/firmware": "a job that brings one to devices knows it by its id",
    "cloud/devices": "which devices a filter means",
    "cloud/audit": "who made or ended one is noted where it happens",
  },
  "cloud/gateways": {
    "cloud/activity": "that one came or went is told where it is seen",
    "cloud/telemetry": "a chunk is checked and stored where telemetry is",
    "cloud/audit": "who added or revoked one is noted where it happens",
  },
  "cloud/retention": {
    "cloud/telemetry": "which chunks a digest stands for",
    "cloud/audit": "who changed the settings is noted where it happens",
  },
  "cloud/purge": {
    "cloud/devices": "what its gateway still says of a device that is gone is about nobody",
    "cloud/gateways": "the gateway of a device hears that it is gone",
    "cloud/audit": "what is gone is noted where it goes",
  },
  "cloud/devices": {
    "cloud/config-layers": "what is wanted of a device alone is a layer of what is wanted of it",
    "cloud/activity": "what happens to a device is told in the transaction that makes it so",
    "cloud/labels": "the tags of a device",
    "cloud/imports": "what a file would do is previewed, and done, as for any record",
    "cloud/health": "`devices/health` is the overview under the address the API promises",
    "cloud/audit": "who changed one is noted where it happens",
  },
  "cloud/sites": {
    "cloud/devices": "the devices of a site",
    "cloud/labels": "the tags of a site",
    "cloud/imports": "what a file would do is previewed, and done, as for any record",
    "cloud/audit": "who changed one is noted where it happens",
  },
  "cloud/notifications": {
    "cloud/jobs": "which devices targets mean, and when a schedule comes due, is the same for both",
    "cloud/devices": "an address of the list of devices is read as the list reads it",
    "cloud/keys": "credentials and signing keys are sealed at rest",
    "cloud/outbound": "an address that somebody chose leads outside",
    "cloud/audit": "who sent, and who changed credentials, is noted where it happens",
  },
  "cloud/imports": { "cloud/audit": "an import is one entry" },
  "cloud/simulation": {
    "cloud/devices": "simulated devices are listed as all devices are",
    "cloud/gateways": "its report is an entry of the gateway's log",
    "cloud/audit": "who let what run, and go wrong, is noted where it happens",
  },
  "cloud/health": {
    "cloud/devices": "states are shown as the devices' pages show them",
    "cloud/sites": "a site's gateway is shown as its page shows it",
  },
  "cloud/live": {
    "cloud/devices": "what has changed is told as the API tells it",
    "cloud/accounts": "a browser may stay as long as its session is open",
  },
};
