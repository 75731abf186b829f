import type { EndpointWords } from "../english/endpoints.ts";
import type { Forms } from "../forms.ts";

export function endpoints({ counted }: Forms): EndpointWords {
  return {
    settings: "Ihre Benachrichtigungen",
    title: (total) =>
      total === 0
        ? "Benachrichtigungen erreichen Sie bisher nur hier"
        : `Benachrichtigungen erreichen Sie an ${counted(total, { one: "Stelle", other: "Stellen" })}`,
    text: "Nachrichten an Sie liegen in jedem Fall in Ihrem Posteingang. Hier bestimmen Sie, welche Browser und Apps sie sofort zeigen.",
    thisBrowser: "Dieser Browser",
    looking: "Es wird nachgesehen, ob dieser Browser Benachrichtigungen bekommt …",
    off: "Er zeigt noch keine Benachrichtigungen von HOMEPOT. Er wird Sie fragen, ob er darf.",
    subscribe: "In diesem Browser benachrichtigen",
    on: "Benachrichtigungen kommen in diesen Browser, auch wenn keine Seite von HOMEPOT offen ist. Eine Abmeldung beendet das.",
    denied:
      "Sie oder Ihr Browser haben Benachrichtigungen dieser Adresse verboten. Erlauben Sie sie in den Einstellungen der Seite neben ihrer Adresse, und laden Sie die Seite neu.",
    insecure: "Browser nehmen Benachrichtigungen nur über https an; diese Seite kam über einfaches http.",
    install:
      "Ein iPhone oder iPad bekommt Benachrichtigungen nur als App: Teilen, Zum Home-Bildschirm, und HOMEPOT von dort öffnen.",
    unsupported:
      "Dieser Browser kann keine Benachrichtigungen bekommen: Er kennt keinen Push, oder ein privates Fenster verhindert es.",
    noScript: "Benachrichtigungen in diesem Browser brauchen Skripte, und die sind hier ausgeschaltet.",
    failed: "Dieser Browser konnte nicht angemeldet werden.",
    itSaid: "Er sagt:",
    again: "Noch einmal versuchen",
    subscribed: "Ab jetzt kommen Benachrichtigungen in diesen Browser.",
    all: "Wo Sie erreicht werden",
    none: "Für Sie ist noch kein Browser und keine App angemeldet.",
    noneText: "Melden Sie oben diesen Browser an. Apps melden sich selbst an.",
    place: "Browser oder App",
    platform: "Über",
    state: "Zustand",
    lastSent: "Zuletzt benutzt",
    never: "Noch nie",
    works: "In Ordnung",
    ended: "Abgeschaltet",
    lasting: (span) => ["seit ", span],
    test: "Testen",
    rename: "Umbenennen",
    newName: "Name",
    renameQuestion: (name) => `Wie soll ${name} heißen?`,
    save: "Speichern",
    remove: "Entfernen",
    removeQuestion: (name) => `${name} entfernen?`,
    removeText: "Dorthin wird nichts mehr geschickt. Von dort aus lässt es sich wieder anmelden.",
    removeVerb: "Entfernen",
    unnamed: (platform) => `${platform}, ohne Namen`,
    testFailed: "Der Test wurde nicht angenommen",
    testFailedText: (reason) => `Der Push-Dienst sagt: ${reason}`,
    testGone:
      "Es ist nicht mehr erreichbar und wurde abgeschaltet. Melden Sie es von dort wieder an, oder entfernen Sie es.",
    platforms: {
      fcm: "Android und andere (FCM)",
      apns: "Apple (APNs)",
      "web-push": "Browser (Web Push)",
      wns: "Windows (WNS)",
      mqtt: "Geräte und Broker (MQTT)",
    },
  };
}
