import type { LetterWords } from "../english/letters.ts";

export function letters(): LetterWords {
  return {
    resetSubject: "Neues Passwort für HOMEPOT",
    resetReason: (email) => `Jemand möchte für ${email} ein neues Passwort festlegen.`,
    resetReasonAt: (email, organizations) =>
      `Jemand möchte für ${email} bei ${organizations} ein neues Passwort festlegen.`,
    resetAction: "Neues Passwort festlegen",
    resetGood:
      "Der Link gilt eine Stunde und für ein Passwort. Mit dem neuen Passwort enden alle Sitzungen des Kontos.",
    resetNotYou:
      "Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist. Geben Sie den Link nie weiter.",
    invitationSubject: (organization) => `Einladung zu ${organization} auf HOMEPOT`,
    invitationReason: (person, organization) =>
      `${person} lädt Sie zu ${organization} auf HOMEPOT ein, wo die Geräte der Standorte betreut werden.`,
    invitationAction: "Einladung ansehen",
    invitationGood: "Der Link gilt einmal, sieben Tage lang. Eine neuere Einladung tritt an seine Stelle.",
    invitationNotYou: (person, organization) =>
      `Wenn Sie ${person} oder ${organization} nicht kennen, brauchen Sie nichts zu tun: Ohne Sie wird aus der Einladung nichts.`,
    notificationAction: "Öffnen",
    notificationWhy:
      "Sie erhalten dies, weil Ihre Organisation Benachrichtigungen per E-Mail schickt. In den Einstellungen der Benachrichtigungen lassen sich Briefe abstellen.",
    testSubject: "HOMEPOT kann E-Mails verschicken",
    testReason: "Ein Administrator von HOMEPOT hat ausprobiert, ob dessen E-Mails ankommen. Sie kommen an.",
    testNotYou: "Wenn nicht Sie das ausprobiert haben, ist nichts zu tun.",
  };
}
