import * as v from "valibot";
import { wholeNumber } from "../api/whole-number.ts";
import { provenanceSchema } from "../devices/provenance.ts";

/** One search over everything an organisation has, as the command palette asks it. */

/** Longest text that is searched for, in characters. */
export const SEARCH_MAX_LENGTH = 200;
/** Most found of one kind in an answer. */
const FOUND_MAX = 20;
const FOUND_DEFAULT = 8;

export const searchQuerySchema = v.object({
  q: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, "must not be empty"),
    v.maxLength(SEARCH_MAX_LENGTH, `must have at most ${SEARCH_MAX_LENGTH} characters`),
    v.description("Words, the last of which may be unfinished: cardiff till"),
  ),
  limit: v.optional(
    v.pipe(wholeNumber(1, FOUND_MAX), v.description("Most of each kind")),
    String(FOUND_DEFAULT),
  ),
});

export const foundSiteSchema = v.object({ id: v.string(), name: v.string(), address: v.string() });

export const foundDeviceSchema = v.object({
  id: v.string(),
  name: v.string(),
  key: v.string(),
  type: v.string(),
  siteName: v.string(),
  provenance: provenanceSchema,
});

export const foundJobSchema = v.object({ id: v.string(), name: v.string(), kind: v.string() });

export const foundMemberSchema = v.object({ id: v.string(), name: v.string(), email: v.string() });

/** Of each kind the best first. A kind that whoever asks may not read is empty. */
export const foundSchema = v.object({
  sites: v.array(foundSiteSchema),
  devices: v.array(foundDeviceSchema),
  jobs: v.array(foundJobSchema),
  members: v.array(foundMemberSchema),
});

export type SearchQuery = v.InferOutput<typeof searchQuerySchema>;
export type FoundSite = v.InferOutput<typeof foundSiteSchema>;
export type FoundDevice = v.InferOutput<typeof foundDeviceSchema>;
export type FoundJob = v.InferOutput<typeof foundJobSchema>;
export type FoundMember = v.InferOutput<typeof foundMemberSchema>;
export type Found = v.InferOutput<typeof foundSchema>;
