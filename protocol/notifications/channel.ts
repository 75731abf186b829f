import * as v from "valibot";
import { PLATFORMS } from "./address.ts";

/** The ways to a recipient: the platforms, and email, which needs no app. */
export const CHANNELS = [...PLATFORMS, "email"] as const;
export type Channel = (typeof CHANNELS)[number];
export const channelSchema = v.picklist(CHANNELS, `must be one of ${CHANNELS.join(", ")}`);
