import { CHANNELS, type Channel } from "../../../protocol/notifications/channel.ts";
import {
  LEFT_OUT_NAMED,
  LEFT_OUT_REASONS,
  type LeftOut,
  type LeftOutReason,
  type Reach,
} from "../../../protocol/notifications/reach.ts";

/** What is kept of a reason while it is counted: the first by name are all that is told. */
const KEPT = 10 * LEFT_OUT_NAMED;

/** Counts who is reached and who is not. Pure. */
export class ReachTally {
  #reached = 0;
  #later = 0;
  readonly #channels = new Map<Channel, { recipients: number; later: number }>();
  readonly #leftOut = new Map<LeftOutReason, { recipients: number; first: LeftOut[] }>();

  /** So many more recipients, `later` of them later only. */
  reach(recipients: number, later: number): void {
    this.#reached += recipients;
    this.#later += later;
  }

  /** So many of those who are reached are so by this channel. */
  by(channel: Channel, recipients: number, later: number): void {
    if (recipients === 0) return;
    const counted = this.#channels.get(channel) ?? { recipients: 0, later: 0 };
    this.#channels.set(channel, {
      recipients: counted.recipients + recipients,
      later: counted.later + later,
    });
  }

  /** So many more get nothing; `some` are those of them who come first by name. */
  leave(reason: LeftOutReason, some: readonly LeftOut[], recipients = some.length): void {
    const left = this.#leftOut.get(reason) ?? { recipients: 0, first: [] };
    const first = [...left.first, ...some];
    this.#leftOut.set(reason, {
      recipients: left.recipients + recipients,
      first: first.length > KEPT ? firstOf(first) : first,
    });
  }

  get reached(): Reach {
    const most = (one: { recipients: number }, other: { recipients: number }) =>
      other.recipients - one.recipients;
    return {
      ...{ reached: this.#reached, later: this.#later },
      channels: CHANNELS.flatMap((channel) => {
        const counted = this.#channels.get(channel);
        return counted === undefined ? [] : [{ channel, ...counted }];
      }).sort(most),
      leftOut: LEFT_OUT_REASONS.flatMap((reason) => {
        const left = this.#leftOut.get(reason);
        return left === undefined ? [] : [{ reason, ...left, first: firstOf(left.first) }];
      }).sort(most),
    };
  }
}

const firstOf = (some: readonly LeftOut[]): LeftOut[] =>
  some
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .slice(0, LEFT_OUT_NAMED);
