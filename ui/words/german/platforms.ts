import type { PlatformWords } from "../english/platforms.ts";
import type { Forms } from "../forms.ts";

export function platforms({ count, counted }: Forms): PlatformWords {
  const browsers = { one: "Browser", other: "Browser" };
  return {
    settings: "Push-Plattformen",
    title: (ready, total) => `${count(ready)} von ${count(total)} Plattformen sind sendebereit`,
    text: "Was Sie hier eingeben, wird sofort versiegelt und nie wieder gezeigt. Browser und die Geräte Ihrer Standorte brauchen nichts.",
    platform: "Plattform",
    state: "Zustand",
    about: "Womit",
    places: "Adressen",
    updated: "Eingegeben",
    sources: {
      organization: "Eigene Zugangsdaten",
      service: "Aus der Konfiguration dieses Dienstes",
      "built-in": "Braucht keine",
      none: "Noch keine Zugangsdaten",
    },
    takesNothing: "Nimmt keine Nachrichten an",
    noneSince: (when, messages) => [
      `Von den letzten ${count(messages)} Nachrichten nahm sie keine an, die erste davon `,
      when,
      ".",
    ],
    whatToDo:
      "Zugangsdaten können falsch oder abgelaufen sein: Geben Sie sie noch einmal ein, mit einem Test. Sonst ist die Plattform oder der Weg zu ihr gestört, und was wartet, wird wieder versucht.",
    onlyDevices: "Geräte Ihrer Standorte; noch kein anderer Broker",
    disabled: (total) => `${count(total)} abgeschaltet`,
    enter: "Zugangsdaten eingeben",
    replace: "Zugangsdaten ersetzen",
    forget: "Vergessen",
    forgetQuestion: (platform) => `Zugangsdaten für ${platform} vergessen?`,
    forgetService: "Dann gelten die aus der Konfiguration dieses Dienstes, wo es welche gibt.",
    forgetVerb: "Vergessen",
    ofService:
      "Wer diesen Dienst betreibt, hat Zugangsdaten für alle eingetragen. Ihre eigenen würden an deren Stelle treten.",
    from: {
      fcm: "Firebase-Konsole, Projekteinstellungen, Dienstkonten, Neuen privaten Schlüssel generieren.",
      apns: "Apple Developer, Certificates, Identifiers & Profiles, Keys.",
      wns: "Microsoft Entra Admin Center, App-Registrierungen; die App muss mit der Identität Ihres Pakets verknüpft sein.",
      mqtt: "Ein MQTT-Broker außerhalb Ihrer Standorte. Die Geräte Ihrer Standorte werden ohne ihn über ihre Gateways erreicht.",
    },
    fields: {
      serviceAccount: "Datei des Dienstkontos (JSON)",
      key: "Schlüsseldatei (.p8)",
      keyId: "Schlüssel-ID",
      teamId: "Team-ID",
      topic: "Bundle-ID der App",
      environment: "Umgebung",
      tenantId: "Verzeichnis-ID (Mandant)",
      clientId: "Anwendungs-ID (Client)",
      clientSecret: "Clientgeheimnis",
      url: "Adresse",
      username: "Benutzername",
      password: "Passwort",
      version: "MQTT-Version",
      qos: "Zustellung (QoS)",
      project: "Projekt",
      account: "Konto",
      broker: "Broker",
    },
    urlHint: "mqtts://HOST:PORT",
    qosHint:
      "Nur QoS 2 gibt jede Nachricht genau einmal weiter, was auch immer wann abbricht. QoS 1 braucht weniger Schritte.",
    choices: {
      environment: { production: "Produktion", sandbox: "Sandbox (Apps aus Xcode)" },
      qos: { 2: "2: genau einmal", 1: "1: mindestens einmal, schneller" },
    },
    handedOn: {
      once: "Jede Nachricht wird einmal weitergegeben (QoS 2), auch wenn dieser Dienst oder die Verbindung mittendrin abbricht. Ein Abonnent sieht sie einmal, wenn er selbst mit QoS 2 abonniert.",
      perhapsTwice:
        "Nachrichten gehen mit QoS 1: Die gerade unterwegs sind, wenn dieser Dienst oder die Verbindung abbricht, kommen vielleicht zweimal an. Ihre ID ist dieselbe.",
      refused: "Der Broker nimmt kein QoS 2 an.",
      repeated: (messages, last) => [
        `${counted(messages, { one: "Nachricht kam", other: "Nachrichten kamen" })} vielleicht zweimal an, weil der Broker vergessen hatte, was unterwegs war; zuletzt `,
        last,
        ".",
      ],
    },
    test: {
      fcm: "Test an dieses Registrierungstoken senden",
      apns: "Test an dieses Gerätetoken senden",
      wns: "Test an diesen Kanal senden",
      mqtt: "Test an dieses Topic senden",
    },
    testHint: "Lehnt die Plattform ihn ab, wird nichts gespeichert. Leer: wird ungetestet gespeichert.",
    secretAgain: "Geheimnisse werden nicht wieder gezeigt: Geben Sie sie noch einmal ein.",
    itSaid: (detail) => `Die Antwort: ${detail}`,
    save: "Speichern und testen",
    whoMay: "Inhaber und Administratoren dürfen das ändern.",
    vapid: {
      title: "Schlüssel der Browser",
      text: "Jeder Browser, der Benachrichtigungen bekommt, hat sich mit diesem Schlüssel (VAPID) angemeldet. Ein neuer nimmt denen nichts, die den alten haben.",
      publicKey: "Öffentlicher Schlüssel",
      since: "Erzeugt",
      subscribers: (total) => counted(total, browsers),
      has: "Damit angemeldet",
      older: "Ältere Schlüssel, die noch dienen",
      rotate: "Neuen Schlüssel erzeugen",
      rotateQuestion: "Neuen Schlüssel erzeugen?",
      rotateText:
        "Browser melden sich ab jetzt damit an. Wer den jetzigen hat, bekommt weiter Nachrichten; er verschwindet, wenn niemand ihn mehr hat.",
      rotateVerb: "Neuen Schlüssel erzeugen",
      notYet: "Damit hat sich noch niemand angemeldet: Es gibt nichts zu ersetzen.",
    },
  };
}
