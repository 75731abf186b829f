import type { FieldWords } from "../english/errors.ts";

/** The messages of the API as they are, and those with a number or a list in them. */
const MESSAGES: Record<string, string> = {
  "must be a text": "muss ein Text sein",
  "must be an email address": "muss eine E-Mail-Adresse sein",
  "enter your password": "geben Sie Ihr Passwort ein",
  "enter your name": "geben Sie Ihren Namen ein",
  "enter the name of your organisation": "geben Sie den Namen Ihrer Organisation ein",
  "a site needs a name": "ein Standort braucht einen Namen",
  "a device needs a name": "ein Gerät braucht einen Namen",
  "a role needs a name": "eine Rolle braucht einen Namen",
  "is the name of a built-in role": "so heißt eine mitgelieferte Rolle",
  "is taken by another role": "trägt schon eine andere Rolle",
  "choose what the role may do": "wählen Sie, was die Rolle erlaubt",
  "is no role of this organisation": "ist keine Rolle dieser Organisation",
  "choose a site, or name a new one": "wählen Sie einen Standort, oder nennen Sie einen neuen",
  "enter the password you have": "geben Sie Ihr jetziges Passwort ein",
  "must be a permission": "muss eine Berechtigung sein",
  "must have either ids or a filter": "muss entweder Kennungen oder einen Filter haben",
  "is not your password": "ist nicht Ihr Passwort",
  "is one of the passwords that are tried first; choose another":
    "ist eines der Passwörter, die zuerst probiert werden; wählen Sie ein anderes",
  "has an account already": "hat schon ein Konto",
  "is too old or was used already; ask for a new link":
    "ist zu alt oder wurde schon verwendet; fordern Sie einen neuen Link an",
  "must be letters, digits and . _ : -, beginning with a letter or digit, 40 at most":
    "darf Buchstaben, Ziffern und . _ : - haben, beginnt mit Buchstabe oder Ziffer, höchstens 40 Zeichen",
  "must be the address of the list of devices with its filters, or those filters by name":
    "muss die Adresse der Geräteliste mit ihren Filtern sein, oder diese Filter mit Namen",
  "must name a device at least": "muss mindestens ein Gerät nennen",
  "must be a list of tags": "muss eine Liste von Schlagwörtern sein",
  "must not be empty; leave the attribute out instead":
    "darf nicht leer sein; lassen Sie das Merkmal stattdessen weg",
  "must be texts by name": "muss aus Texten mit Namen bestehen",
  "must be active, suspended or retired": "muss active, suspended oder retired sein",
  "must be empty or pending: there is no such device yet":
    "muss leer oder pending sein: Dieses Gerät gibt es noch nicht",
  "is of no site of yours; leave it out to make one":
    "gehört zu keinem Ihrer Standorte; lassen Sie es weg, um einen anzulegen",
  "is of no site of yours": "gehört zu keinem Ihrer Standorte",
  "is taken by another device of the site": "trägt schon ein anderes Gerät des Standorts",
  "is that of a device that was deleted: restore it, or choose another":
    "trägt ein gelöschtes Gerät: Stellen Sie es wieder her, oder wählen Sie einen anderen",
  "is that of a device that was deleted: restore it first":
    "trägt ein gelöschtes Gerät: Stellen Sie es zuerst wieder her",
  "must be true, or be left out": "muss true sein oder fehlen",
  "is of no device of yours": "gehört zu keinem Ihrer Geräte",
  "is none of the site's": "gehört nicht zu diesem Standort",
  "has no gateway yet, which its devices come with: add one first":
    "hat noch kein Gateway, mit dem seine Geräte kommen: Fügen Sie zuerst eines hinzu",
  "a device needs its site, by name or id": "ein Gerät braucht seinen Standort, mit Namen oder Kennung",
  "a device needs its key, and its site, or its id":
    "ein Gerät braucht seinen Schlüssel und seinen Standort, oder seine Kennung",
  "must be true or false": "muss true oder false sein",
  "is taken by another site": "trägt schon ein anderer Standort",
  "must be a whole number": "muss eine ganze Zahl sein",
  "must be a whole number of days": "muss eine ganze Zahl von Tagen sein",
  "must be a number": "muss eine Zahl sein",
  "must be lower case with hyphens": "muss klein geschrieben sein, mit Bindestrichen",
  "must be a JSON object": "muss ein JSON-Objekt sein",
  "must be a time zone such as Europe/London": "muss eine Zeitzone wie Europe/Berlin sein",
  "needs siteId or site (a name)": "braucht einen Standort",
  "must not be more than the days until it is deleted: what is dropped cannot be kept raw":
    "darf nicht länger sein als die ganze Aufbewahrung: Was gelöscht ist, kann nicht ungekürzt aufbewahrt werden",
  "must be letters, digits, '.', '_' and '-', 64 at most":
    "darf Buchstaben, Ziffern, „.“, „_“ und „-“ haben, höchstens 64",
  "must set something at least": "muss mindestens etwas setzen",
  "must name the version the device reports when it runs it":
    "muss die Version nennen, die das Gerät meldet, wenn es mit ihr läuft",
  "must be an address": "muss eine Adresse sein",
  "must begin with https:// or http://": "muss mit https:// oder http:// beginnen",
  "must be 64 hexadecimal digits": "muss 64 hexadezimale Ziffern haben",
  "must name a script in the gateway's folder of scripts": "muss ein Skript im Ordner des Gateways nennen",
  "must stay inside the gateway's folder of scripts: no '..', and no '/' in front":
    "muss im Skriptordner des Gateways bleiben: kein „..“, und kein „/“ am Anfang",
  "must be names of letters, digits, '.', '_' and '-', with '/' between folders":
    "muss aus Namen mit Buchstaben, Ziffern, „.“, „_“ und „-“ bestehen, mit „/“ zwischen Ordnern",
  "must be an object": "muss ein Objekt sein",
  "is missing": "fehlt",
  "is no field here": "ist hier kein Feld",
  "must not be empty": "darf nicht leer sein",
  "is not in the right form": "hat nicht die richtige Form",
  "is not valid": "ist nicht gültig",
  "must be a list": "muss eine Liste sein",
  "must name a device, site, type, tag, filter or gateway at least":
    "muss mindestens ein Gerät, einen Standort, einen Typ, ein Schlagwort, einen Filter oder ein Gateway nennen",
  "must be a number of milliseconds": "muss eine Zahl sein",
  "must be a whole number of milliseconds": "muss eine Zahl sein",
  "must be at least a second": "muss mindestens eine Sekunde sein",
  "must be at least a minute": "muss mindestens eine Minute sein",
  "must be at most an hour": "darf höchstens eine Stunde sein",
  "must be at most a day": "darf höchstens einen Tag sein",
  "must be at most 90 days": "darf höchstens 90 Tage sein",
  "must be from 1 to 9": "muss von 1 bis 9 sein",
  "must be from 0 to 100": "muss von 0 bis 100 sein",
  "must be a share from 0 to 1": "muss ein Anteil von 0 bis 1 sein",
  "must be skip, once or all": "muss skip, once oder all sein",
  "must be skip or queue": "muss skip oder queue sein",
  "must be five fields: minute, hour, day of the month, month, day of the week":
    "muss fünf Felder haben: Minute, Stunde, Tag des Monats, Monat, Wochentag",
  "must name a day of the week at least": "muss mindestens einen Wochentag nennen",
  "must be text without U+0000": "muss ein Text ohne U+0000 sein",
  "must be a day that there is": "muss ein Tag sein, den es gibt",
  "must be a time such as 2026-12-01T03:00:00.000Z": "muss ein Zeitpunkt sein, etwa 2026-12-01T03:00:00.000Z",
  "must be a day that every month has, or the last":
    "muss ein Tag sein, den jeder Monat hat, oder der letzte",
  "must divide a day": "muss einen Tag teilen",
  "must divide an hour": "muss eine Stunde teilen",
  "must begin and end at different times": "muss zu verschiedenen Zeiten beginnen und enden",
  "must be a text, a number, true or false": "muss ein Text, eine Zahl, true oder false sein",
  "must be string, number, integer or boolean": "muss string, number, integer oder boolean sein",
  "must have a choice at least": "muss mindestens einen Wert haben",
  "must be object": "muss object sein",
  "must have a name": "muss einen Namen haben",
  "must not be less than the minimum": "darf nicht weniger sein als der kleinste Wert",
  "must not be less than minLength": "darf nicht weniger sein als minLength",
  "is for numbers only": "gibt es nur bei Zahlen",
  "is for texts only": "gibt es nur bei Texten",
  "is no setting of this type": "ist keine Einstellung dieses Typs",
  "is the name of another setting above": "so heißt schon eine Einstellung weiter oben",
  "choose a day and a time": "wählen Sie einen Tag und eine Uhrzeit",
  "never comes due": "wird nie fällig",
  "must name the firmware": "muss die Firmware nennen",
  "must name the version that the device reports when it runs it":
    "muss die Version nennen, die das Gerät meldet, wenn es mit ihr läuft",
  "must name a type of device": "muss eine Geräteart nennen",
  "is taken by another firmware of this name": "trägt schon eine andere Firmware dieses Namens",
};

const PATTERNS: readonly (readonly [pattern: RegExp, german: (found: string) => string])[] = [
  [/^must be at most ([\d,]+ KiB) of JSON$/, (most) => `darf höchstens ${most} JSON haben`],
  [
    /^must be at most (\d+) \S+; use .* for more$/,
    (most) => `dürfen höchstens ${most} sein; nehmen Sie für mehr einen Filter`,
  ],
  [/^must be a time such as (.+)$/, (time) => `muss eine Uhrzeit wie ${time} sein`],
  [/^must be a schedule such as (.+)$/, (cron) => `muss ein Zeitplan wie ${cron} sein`],
  [/^is no schedule: (.*)$/s, (why) => `ist kein Zeitplan: ${why}`],
  [/^is past: it is (.+) now$/, (now) => `ist vergangen: Es ist jetzt ${now}`],
  [/^must be at most (\d+) settings$/, (most) => `dürfen höchstens ${most} Einstellungen sein`],
  [/^must have at most (\d+) choices$/, (most) => `darf höchstens ${most} Werte haben`],
  [/^must have values of the type (.+) only$/, (type) => `darf nur Werte der Art ${type} haben`],
  [/^names (.+), which has a field of its own$/, (name) => `nennt ${name}, was ein eigenes Feld hat`],
  [/^must have at most ([\d,]+) characters$/, (most) => `darf höchstens ${most} Zeichen haben`],
  [/^must have at least ([\d,]+) characters$/, (least) => `muss mindestens ${least} Zeichen haben`],
  [/^must have at most ([\d,]+) entries$/, (most) => `darf höchstens ${most} Einträge haben`],
  [/^must have at least ([\d,]+) entries$/, (least) => `muss mindestens ${least} Einträge haben`],
  [/^must be at least (-?[\d.,]+)$/, (least) => `muss mindestens ${least} sein`],
  [/^must be at most (-?[\d.,]+)$/, (most) => `darf höchstens ${most} sein`],
  [/^must be one of (.+)$/, (choices) => `muss eines von diesen sein: ${choices}`],
  [/^has what you may not do yourself: (.+)$/, (what) => `enthält, was Sie selbst nicht dürfen: ${what}`],
  [/^must be at most ([\d,]+) tags$/, (most) => `dürfen höchstens ${most} Schlagwörter sein`],
  [
    /^must be at most ([\d,]+); use a filter for more$/,
    (most) => `dürfen höchstens ${most} sein; verwenden Sie für mehr einen Filter`,
  ],
  [
    /^line (\d+) must be a name, a colon and a value/,
    (line) => `Zeile ${line} muss ein Name, ein Doppelpunkt und ein Wert sein, wie in „Regal: 3“`,
  ],
  [
    /^line (\d+ names .*) a second time$/,
    (line) => `Zeile ${line.replace(" names ", " nennt ")} ein zweites Mal`,
  ],
  [/^is not JSON: (.*)$/s, (why) => `ist kein JSON: ${why}`],
];

/** Why a field was refused. A message nobody translated is shown as the API gives it, rather than not at all. */
export function fields(): FieldWords {
  return { refusal };
}

function refusal(message: string): string {
  if (Object.hasOwn(MESSAGES, message)) return MESSAGES[message]!;
  for (const [pattern, german] of PATTERNS) {
    const found = pattern.exec(message);
    if (found !== null) return german(found[1]!);
  }
  const inside = /^(\w+: )(.+)$/s.exec(message);
  return inside === null ? message : `${inside[1]}${refusal(inside[2]!)}`;
}
