import { readFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import type { Certificates } from "../../certificates/certificates.ts";
import type { TlsSource } from "./tls-material.ts";

export interface TlsSettings {
  mqttTlsCertificate: string | null;
  mqttTlsKey: string | null;
  mqttTlsClientCa: string | null;
  mqttTlsNames: string | null;
}

/** Where certificates come from: the files that are set, and for what is not set the gateway's own authority. */
export function tlsSource(settings: TlsSettings, certificates: Certificates): TlsSource {
  const { mqttTlsCertificate, mqttTlsKey, mqttTlsClientCa, mqttTlsNames } = settings;
  if ((mqttTlsCertificate === null) !== (mqttTlsKey === null)) {
    throw new Error("mqtt.tls-certificate and mqtt.tls-key are set together, or neither");
  }
  const extraNames = (mqttTlsNames ?? "").split(/[\s,]+/).filter((name) => name !== "");
  return {
    async read() {
      const own =
        mqttTlsCertificate === null || mqttTlsKey === null
          ? await certificates.server([...extraNames, ...ownNames()])
          : {
              certificate: await readFile(mqttTlsCertificate, "utf8"),
              key: await readFile(mqttTlsKey, "utf8"),
            };
      const clientAuthority =
        mqttTlsClientCa === null ? await certificates.authority() : await readFile(mqttTlsClientCa, "utf8");
      return { cert: own.certificate, key: own.key, clientAuthority };
    },
    // Another authority's certificates are its own to take back; the device must be there in any case.
    isValid: (certificate) => mqttTlsClientCa !== null || certificates.isValid(certificate),
  };
}

/** Under what names and addresses devices of the site may know this machine. Link-local addresses need a zone. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.startsWith("fe80:"));
  const host = hostname().toLowerCase();
  return [...new Set([host, `${host.split(".")[0]}.local`, "localhost", "127.0.0.1", "::1", ...addresses])];
}
