import type { Logger } from "@logtape/logtape";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { fetchThrough } from "../config/proxy.ts";
import type { EdgeSettings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import { claimAtStart, createEnrolment, parseCloudUrl } from "../enrolment/enrolment.ts";
import { createUplog } from "../uplog/uplog.ts";
import { openDataDirectory } from "./data-directory.ts";

export interface Claim {
  claim: string;
  cloudUrl: string;
}

/** The claim code of the settings and where it is exchanged; null without one. Throws `config.invalid`. */
export function readClaim({ cloudClaim: claim, cloudUrl: address }: EdgeSettings): Claim | null {
  if (claim === null) return null;
  const cloudUrl = address === null ? null : parseCloudUrl(address);
  if (cloudUrl !== null) return { claim, cloudUrl };
  const detail = "cloud.claim: cloud.url must be set with it, to an address such as https://homepot.example";
  throw new RefusalError(refuse("config.invalid", detail).refusal);
}

/** Enrols a gateway that is nobody yet, beside its work, until it is disposed. */
export function exchangeClaim({ claim, cloudUrl }: Claim, settings: EdgeSettings, log: Logger): Disposable {
  const { data: dataDirectory, cloudProxy } = settings;
  const throughProxy = fetchThrough(cloudProxy);
  return claimAtStart({
    ...{ clock: systemClock, random: secureRandom, log },
    async enroll(signal) {
      // A connection of its own, as another process has: what it writes is noticed by the line.
      using db = openDataDirectory(dataDirectory);
      const enrolment = createEnrolment({
        ...{ db, uplog: createUplog(db), dataDirectory, clock: systemClock, random: secureRandom },
        fetch: (url, { signal: inTime, ...init }) =>
          throughProxy(url, { ...init, signal: AbortSignal.any(inTime ? [inTime, signal] : [signal]) }),
        version: VERSION,
      });
      return await enrolment.enroll({ cloudUrl, claim, name: "", force: false, replace: false });
    },
  });
}
