import type { Address } from "../../../protocol/notifications/address.ts";
import type { Channel } from "../../../protocol/notifications/channel.ts";
import type { Priority } from "../../../protocol/notifications/message.ts";

/**
 * Lanes: lines in which deliveries stand, one for each thing that may be slow or broken by itself. A push service of
 * browsers is one for everybody; where an organisation has credentials of its own, so has it a lane.
 */

/** Devices of the sites: handed over in our own database, and never slow. */
export const DEVICE_LANE = "device";
export const EMAIL_LANE = "email";

export function laneOf(organizationId: string, address: Address): string {
  switch (address.platform) {
    case "web-push":
      return `web-push ${new URL(address.endpoint).host}`;
    case "mqtt":
      return address.device === undefined ? `mqtt ${organizationId}` : DEVICE_LANE;
    case "fcm":
    case "apns":
    case "wns":
      return `${address.platform} ${organizationId}`;
  }
}

export function channelOfLane(lane: string): Channel {
  return (lane === DEVICE_LANE ? "mqtt" : lane.split(" ")[0]) as Channel;
}

/** How many are under way at once, and handed over a second at most; null: as fast as it goes. Whoever runs the service sets them. */
export interface LaneLimits {
  atOnce: number;
  perSecond: number | null;
}

export type ChannelLimits = Readonly<Record<Channel, LaneLimits>>;

export const limitsOf = (lane: string, limits: ChannelLimits): LaneLimits => limits[channelOfLane(lane)];

const URGENCY: Record<Priority, number> = { critical: 0, high: 1, normal: 2, low: 3 };
export const urgencyOf = (priority: Priority): number => URGENCY[priority];
