import type { EntranceWords } from "../english/entrance.ts";
import type { Forms } from "../forms.ts";

export function entrance({ count }: Forms): EntranceWords {
  return {
    logIn: "Anmelden",
    email: "E-Mail",
    password: "Passwort",
    name: "Ihr Name",
    organization: "Organisation",
    passwordHint: (least) =>
      `Mindestens ${count(least)} Zeichen; ein paar Wörter sind besser als ein Rätsel.`,
    passwordSet: "Ihr neues Passwort gilt. Melden Sie sich damit an.",
    forgotIt: "Vergessen?",
    stayLoggedIn: "30 Tage angemeldet bleiben",
    newHere: "Neu hier?",
    makeAccount: "Konto anlegen",
    setUp: "HOMEPOT einrichten",
    setUpText:
      "Legen Sie das erste Konto an. Ihm gehört die Organisation; weitere Personen können Sie einladen.",
    signUpText: "Ihm gehört eine neue Organisation; weitere Personen können Sie einladen.",
    haveOne: "Schon eines?",
    makeTheAccount: "Konto anlegen",
    setNewPassword: "Neues Passwort setzen",
    linkSent: (email) => [
      "Falls es ein Konto mit ",
      email,
      " gibt, ist ein Link dorthin unterwegs. Er gilt eine Stunde. Sehen Sie auch im Spam-Ordner nach.",
    ],
    linkLogged: (email) => [
      "Falls es ein Konto mit ",
      email,
      " gibt, hat der Betreiber dieses Dienstes jetzt einen Link dafür und kann ihn Ihnen geben. Er gilt eine Stunde.",
    ],
    tellEmailUnmailed:
      "Dieser Dienst verschickt keine E-Mails. Nennen Sie uns Ihre E-Mail-Adresse, dann kann sein Betreiber Ihnen einen Link geben.",
    askForLink: "Um den Link bitten",
    tellEmail: "Nennen Sie uns Ihre E-Mail-Adresse, und Sie bekommen einen Link.",
    sendLink: "Link senden",
    backToLogIn: "Zurück zur Anmeldung",
    choosePassword: "Neues Passwort wählen",
    sessionsEnd: "Alle Ihre Sitzungen enden, auf jedem Rechner.",
    newPassword: "Neues Passwort",
    currentPassword: "Ihr jetziges Passwort",
    changePassword: "Passwort ändern",
    settings: "Einstellungen",
    changeEndsSessions: "Alle Ihre anderen Sitzungen enden damit.",
    setPassword: "Passwort setzen",
    askAgain: "Einen weiteren Link anfordern",
    linkUsed: "Dieser Link ist nicht mehr gültig",
    linkUsedText: "Ein Link gilt eine Stunde und für ein Passwort. Fordern Sie unten einen neuen an.",
  };
}
