import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";

/** What a TLS listener stands on, in PEM. */
export interface TlsMaterial {
  /** The broker's certificate, with its chain, and its private key. */
  cert: string;
  key: string;
  /** The authority of the certificates that devices log in with. */
  clientAuthority: string;
}

/** A client's certificate that the authority has signed. */
export interface ClientCertificate {
  commonName: string;
  /** Hexadecimal. */
  serial: string;
}

export interface TlsSource {
  /** Rejects when something of it cannot be had. */
  read(): Promise<TlsMaterial>;
  /** Whether a certificate that the authority has signed still counts. */
  isValid(certificate: ClientCertificate): boolean;
}

export interface TlsListener {
  /** From now on new connections get this; those that are open stay. */
  changed(material: TlsMaterial): void;
  /** Certificates may have been taken back. */
  recheck(): void;
}

/** How often files are read again: they are small, and a renewed certificate is not in a hurry. */
const LOOK_EVERY_MS = 30 * SECOND;

/** Certificates and keys for the TLS listeners, and the news when they have been replaced. */
export class TlsMaterials {
  readonly #source: TlsSource;
  readonly #parts: { clock: Clock; log: Logger };
  readonly #listeners = new Set<TlsListener>();
  #current: TlsMaterial | null = null;
  #cancelLook = (): void => undefined;

  constructor(source: TlsSource, parts: { clock: Clock; log: Logger }) {
    this.#source = source;
    this.#parts = parts;
  }

  /** Rejects when there is none, or the key is another certificate's. */
  async current(): Promise<TlsMaterial> {
    this.#current ??= checked(await this.#source.read());
    return this.#current;
  }

  isValid(certificate: ClientCertificate): boolean {
    return this.#source.isValid(certificate);
  }

  /** Tells a listener of changes until the returned function is called. */
  tell(listener: TlsListener): () => void {
    if (this.#listeners.size === 0) this.#schedule();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#cancelLook();
    };
  }

  /** Reads again. What cannot be used is told in the log, and what was there before is kept. */
  async look(): Promise<void> {
    if (this.#listeners.size === 0) return;
    try {
      const material = checked(await this.#source.read());
      if (Bun.deepEquals(material, this.#current)) return;
      this.#current = material;
      for (const listener of this.#listeners) listener.changed(material);
      this.#parts.log.info("the certificates of the TLS listeners were replaced");
    } catch (error) {
      this.#parts.log.error("certificates cannot be used; the TLS listeners keep those they have", { error });
    }
  }

  recheck(): void {
    for (const listener of this.#listeners) listener.recheck();
  }

  #schedule(): void {
    this.#cancelLook = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.#schedule();
      void this.look();
    });
  }
}

/** A listener that cannot be opened anew would be one that is closed: what cannot work is found before. */
function checked(material: TlsMaterial): TlsMaterial {
  const certificate = new X509Certificate(material.cert);
  if (!certificate.checkPrivateKey(createPrivateKey(material.key))) {
    throw new Error(
      "the private key (mqtt.tls-key) does not belong to the certificate (mqtt.tls-certificate)",
    );
  }
  new X509Certificate(material.clientAuthority);
  return material;
}
