import type { Words } from "./catalogues.ts";

/**
 * Why something did not work, as our own programs say it in the API: sentences that the catalogues know by these names. In
 * `more` a reason goes on with another one, in `theirs` with what a device, a program or a platform says itself.
 */
const KNOWN = {
  cancelled: /^cancelled$/,
  wentDown: /^the gateway went down while it ran; what came of it is not known$/,
  notInTime: /^(?:it could not begin in time|not begun in time)$/,
  unknownKind: /^this gateway knows no jobs of the kind (\S+); update it$/,
  noDevice: /^there is no device (\S+) here$/,
  tooLong: /^it took longer than ([\d.]+) s(?:: (?<more>.+))?$/s,
  answered: /^the device answered: (?<theirs>.+)$/s,
  rolledBack: /^rolled back: (?<theirs>.+)$/s,
  notFetched: /^the gateway could not fetch it: (?<theirs>.+)$/s,
  notFetchedInTime: /^the gateway could not fetch it from the cloud$/,
  notTaken: /^the device has not taken all of it(?:; it last said that it runs (.+))?$/,
  notStarted: /^the device has all of it, and did not start it(?:; it last said that it runs (.+))?$/,
  notConfirmed:
    /^the device (?:started it|is at \S+), and neither confirmed it nor rolled it back(?:; it last said that it runs (.+))?$/,
  otherType: /^(.+) is for a (\S+), and this is a (\S+)$/,
  noService: /^nothing would start the gateway again: it does not run as a service$/,
  neverConnected: /^the device has never connected$/,
  deaf: /^the device is not connected(?:; last heard (\S+))?$/,
  notListening: /^the device is connected and does not listen for commands(?:; last heard (\S+))?$/,
  noScripts: /^there are no scripts on this gateway: (.+) is not there$/,
  notAScript: /^(\S+) is not in (\S+)$/,
  outOfFolder: /^(.+) leads out of (\S+)$/,
  notAFile: /^(.+) is not a file$/,
  notOwned: /^(.+) belongs to somebody other than root and the gateway$/,
  writable: /^(.+) can be written by others: chmod go-w$/,
  notExecutable: /^(.+) is not executable: chmod \+x$/,
  endedWith: /^it ended with (\d+)$/,
  endedBy: /^it was ended by (\S+)$/,
  lost: /^the gateway lost what it knew of it: its disk was replaced, or it came back from a backup$/,
  revoked: /^the gateway was revoked or deleted before it said what came of it$/,
  onTrial: /^another update is on trial$/,
  stopped: /^it was stopped$/,
  takenBack: /^(\S+) was taken back, (\S+) runs: (?<theirs>.+)$/s,
  notReleased: /^it was not installed from a release$/,
  ended: /^gone: (?<more>.+)$/s,
  givenUp: /^given up after (\d+) attempts: (?<more>.+)$/s,
  switchedOff: /^the endpoint is disabled: (?<more>.+)$/s,
  removed: /^the endpoint was removed$/,
  noMember: /^is no member of the organisation any more$/,
  overBefore: /^(?:its time was over before it could be sent|it expired before the device had it)$/,
  notificationCancelled: /^the notification was cancelled$/,
  otherWay: /^another way was taken$/,
  newer: /^a newer one took its place$/,
  noAnswer: /^no answer within ([\d.]+) s$/,
  slow: /^the platform does not keep up; it waits for its turn$/,
  noAddress: /^there is no address$/,
  deviceRetired: /^the device is retired$/,
  deviceGone: /^there is no such device$/,
  gatewayRevoked: /^the gateway of the device is revoked$/,
  noBroker: /^there are no credentials for an external MQTT broker$/,
  noCredentials: /^there are no credentials for (\S+)$/,
  onlyQosZero: /^the broker takes messages at QoS 0 only, which it never acknowledges$/,
  notAcknowledged: /^the broker did not acknowledge in time$/,
  notOfWindows: /^the channel is not one of Windows: its host must end in (\S+)$/,
  noBrowserKey: /^its key is none of the P-256 curve$/,
  channelEnded: /^the app's channel has ended \((.+)\)$/,
  subscriptionEnded: /^the browser's subscription has ended \((.+)\)$/,
  registrationEnded: /^the app's registration has ended \((.+)\)$/,
  unknownToApple: /^Apple knows the device no more \((.+)\)$/,
  dropped: /^Windows dropped it: (?<theirs>.+)$/s,
  brokerAnswered: /^the broker answered (0x[\da-f]+): (?<theirs>.+)$/s,
  tokenAnswered: /^the token endpoint answered (?<theirs>.+)$/s,
  tooLarge: /^(\d+) bytes; the platform takes at most (\d+)$/,
  tooLargeForBroker: /^(\d+) bytes; the broker takes at most (\d+)$/,
} satisfies Record<string, RegExp>;

export type KnownReason = keyof typeof KNOWN;

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const MOMENTS = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** A sentence of the API with the moments in it as `when` tells them. */
export const tellMoments = (sentence: string, when: (iso: string) => string): string =>
  sentence.replaceAll(MOMENTS, when);

/** What a reason says in our words, and what in somebody else's; either may be empty. */
export interface ToldReason {
  ours: string;
  theirs: string;
}

/** `when` is how a moment in a reason, as ISO 8601, is told. What no program of ours says is somebody else's words. */
export function tellReason(words: Words, reason: string, when: (iso: string) => string): ToldReason {
  for (const [name, pattern] of Object.entries(KNOWN) as [KnownReason, RegExp][]) {
    const found = pattern.exec(reason);
    if (found === null) continue;
    const { more = "", theirs = "" } = found.groups ?? {};
    const own = reason.slice(0, reason.length - (more + theirs).length);
    const facts = found
      .slice(1)
      .map((fact: string | undefined) => (fact !== undefined && MOMENT.test(fact) ? when(fact) : fact));
    const ours = words.reasons.work(name, tellMoments(own, when), facts);
    if (more === "") return { ours, theirs };
    const rest = tellReason(words, more, when);
    return { ours: `${ours}${rest.ours}`, theirs: rest.theirs };
  }
  return { ours: "", theirs: reason };
}
