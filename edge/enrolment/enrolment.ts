import type { Clock } from "../../protocol/clock.ts";
import { accept, RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { keySigningText } from "../../protocol/gateways/key-rotation.ts";
import { makeId } from "../../protocol/ids.ts";
import type { KeyRotate } from "../../protocol/log/downlog/key-rotate.ts";
import type { KeyUse } from "../../protocol/log/downlog/key-use.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { askCloud, type Fetch } from "./ask-cloud.ts";
import { KeyFile } from "./key-file.ts";

/**
 * How a gateway comes to belong to a site: it makes a key pair, sends the public half with a one-time claim code, and
 * is told who it is. From then on its signature is its credential.
 *
 * Promises: the private key is made here, is readable by the gateway's user alone and never leaves the machine; until
 * the cloud has agreed, nothing of an earlier enrolment is touched. Never connects the line: that is `edge/uplink`.
 */
export interface Enrolment extends GatewayIdentity {
  /** `replaced`: it has taken the place of another machine. */
  enroll(request: EnrolRequest): Promise<Result<Identity & { replaced: boolean }>>;
  /** What is wanted of the key. Within the transaction that moves the downlog's cursor. */
  applyRotation(event: KeyRotate | KeyUse): void;
}

/** Who the gateway is. */
export interface Identity {
  gatewayId: string;
  site: string;
  organization: string;
  /** Without a slash at its end. */
  cloudUrl: string;
}

export interface GatewayIdentity {
  /** Read from the database each time: another process may have enrolled the gateway. Null when it is not enrolled. */
  read(): Identity | null;
  /** Ed25519 over the text in UTF-8, base64url. Codes: `gateway.key-unusable`. */
  sign(text: string): Result<string>;
  /** The cloud does not know the key: the next attempt is with another, where a rotation has left one. */
  keyRefused(): void;
  /** The cloud knows the key. */
  keyWelcomed(): void;
}

export interface EnrolRequest {
  /** As `parseCloudUrl` gives it. */
  cloudUrl: string;
  claim: string;
  /** What the gateway is called in the cloud; empty for "as the cloud likes". */
  name: string;
  /** Give a gateway that is enrolled already another identity. */
  force: boolean;
  /** Only take the place of a gateway that the cloud has a code for; a key of its own for one that is enrolled already. */
  replace: boolean;
}

export interface EnrolmentParts {
  db: EdgeDatabase;
  uplog: Uplog;
  dataDirectory: string;
  clock: Clock;
  random: Random;
  fetch: Fetch;
  /** This program's version, for people. */
  version: string;
}

export type { Fetch } from "./ask-cloud.ts";
export { claimAtStart } from "./claim-at-start.ts";
export { isReadableOnTheWay, parseCloudUrl } from "./cloud-url.ts";

export function createEnrolment(parts: EnrolmentParts): Enrolment {
  return new FileEnrolment(parts);
}

class FileEnrolment implements Enrolment {
  readonly #parts: EnrolmentParts;
  readonly #key: KeyFile;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
    this.#key = new KeyFile(parts.dataDirectory);
  }

  read(): Identity | null {
    return this.#parts.db.sqlite
      .query<Identity, []>(
        `SELECT gateway_id AS gatewayId, site, organization, cloud_url AS cloudUrl
         FROM identity WHERE gateway_id IS NOT NULL`,
      )
      .get();
  }

  sign(text: string): Result<string> {
    return this.#key.sign(text);
  }

  keyRefused(): void {
    this.#key.refused();
  }

  keyWelcomed(): void {
    this.#key.welcomed();
  }

  /**
   * The files are changed before the commit, and what a power cut leaves between the two is right on either side of it: the same
   * key is found when the entry is applied again, and the cloud knows both when one takes the other's place.
   */
  applyRotation({ kind, rotation }: KeyRotate | KeyUse): void {
    const { uplog, clock } = this.#parts;
    const known = this.read();
    if (known === null) return;
    if (kind === "key.use") {
      this.#key.adoptNext(rotation);
      return;
    }
    const { publicKey, sign } = this.#key.prepareNext(rotation);
    const text = keySigningText(rotation, known.gatewayId, publicKey);
    const signature = this.#key.sign(text);
    if (!signature.ok) throw new RefusalError(signature.refusal);
    const made = { publicKey, signature: signature.value, possession: sign(text) };
    uplog.append(toEntry({ kind: "key.made", rotation, ...made }, clock.nowMs()));
  }

  async enroll(request: EnrolRequest): Promise<Result<Identity & { replaced: boolean }>> {
    const known = this.read();
    if (known !== null && !request.force && !request.replace) {
      return refuse("gateway.enrolled", `it belongs to site ${known.site} at ${known.cloudUrl}`);
    }
    // The pending key stays when the answer is lost on its way, so that the next attempt asks for the same gateway.
    const publicKey = this.#key.preparePending();
    const { version, fetch, clock } = this.#parts;
    const answer = await askCloud(request, { publicKey, version }, fetch, clock.nowMs());
    if (!answer.ok) return answer;
    const { gatewayId, site, organization } = answer.value;
    const identity = { gatewayId, site, organization, cloudUrl: request.cloudUrl };
    // With another key it is the same gateway, and its logs go on.
    if (known?.gatewayId === gatewayId && known.cloudUrl === request.cloudUrl) this.#key.adoptPending();
    else this.#adopt(identity);
    return accept({ ...identity, replaced: answer.value.replaced });
  }

  /**
   * To the cloud this is a gateway it has never heard of: everything the log still holds is sent to it, under a new
   * epoch, and its downlog begins anew.
   */
  #adopt({ gatewayId, site, organization, cloudUrl }: Identity): void {
    const { db, uplog, clock, random } = this.#parts;
    db.transaction(() => {
      uplog.rotate(makeId(clock.nowMs(), random), { keepAcked: true });
      db.sqlite
        .query(
          `UPDATE identity SET gateway_id = ?, site = ?, organization = ?, cloud_url = ?,
           downlog_epoch = NULL, downlog_seq = 0`,
        )
        .run(gatewayId, site, organization, cloudUrl);
      // Last, and before the commit: of all that can fail here it is the only thing that cannot be taken back.
      this.#key.adoptPending();
    });
  }
}
