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
  "is taken by another site": "trägt schon ein anderer Standort",
  "must be a whole number": "muss eine ganze Zahl sein",
  "must be a whole number of days": "muss eine ganze Zahl von Tagen sein",
  "must be a number": "muss eine Zahl sein",
  "must be lower case with hyphens": "muss klein geschrieben sein, mit Bindestrichen",
  "must be a JSON object": "muss ein JSON-Objekt sein",
  "must be a time zone such as Europe/London": "muss eine Zeitzone wie Europe/Berlin sein",
  "needs siteId or site (a name)": "braucht einen Standort",
  "must not be more than keepDays: what is dropped cannot be kept raw":
    "darf nicht länger sein als die ganze Aufbewahrung: Was gelöscht ist, kann nicht ungekürzt aufbewahrt werden",
};

const PATTERNS: readonly (readonly [pattern: RegExp, german: (found: string) => string])[] = [
  [/^must have at most ([\d,]+) characters$/, (most) => `darf höchstens ${most} Zeichen haben`],
  [/^must have at least ([\d,]+) characters$/, (least) => `muss mindestens ${least} Zeichen haben`],
  [/^must be at least (-?[\d.,]+)$/, (least) => `muss mindestens ${least} sein`],
  [/^must be at most (-?[\d.,]+)$/, (most) => `darf höchstens ${most} sein`],
  [/^must be one of (.+)$/, (choices) => `muss eines von diesen sein: ${choices}`],
  [/^has what you may not do yourself: (.+)$/, (what) => `enthält, was Sie selbst nicht dürfen: ${what}`],
  [/^Invalid length: Expected <=(\d+) /, (most) => `darf höchstens ${most} Zeichen haben`],
];

/** Why a field was refused. A message nobody translated is shown as the API gives it, rather than not at all. */
export function fields(): FieldWords {
  return {
    refusal(message) {
      if (Object.hasOwn(MESSAGES, message)) return MESSAGES[message]!;
      for (const [pattern, german] of PATTERNS) {
        const found = pattern.exec(message);
        if (found !== null) return german(found[1]!);
      }
      return message;
    },
  };
}
