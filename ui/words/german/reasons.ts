import type { ReasonWords } from "../english/reasons.ts";
import { WORK } from "./work-reasons.ts";

const CONNECTION: Record<string, string> = {
  connected: "verbunden",
  "connection closed": "die Verbindung wurde beendet",
  "did not come back after the gateway restarted": "nach dem Neustart des Gateways nicht wiedergekommen",
  "sent a message": "hat eine Nachricht gesendet",
  "said online": "das Gerät meldete sich an",
  "said offline": "das Gerät meldete sich ab",
  "gone without a goodbye": "ohne Abschied verschwunden",
};

const number = (text: string): string => text.replace(".", ",");
const span = (text: string): string =>
  number(text)
    .replace(/ d\b/, " Tage")
    .replace(/ h\b/, " Std.")
    .replace(/ min\b/, " Min.");
const skew = (text: string): string =>
  span(text)
    .replace(/ ahead$/, " vor")
    .replace(/ behind$/, " nach");

const HEALTH: readonly (readonly [pattern: RegExp, german: (...found: string[]) => string])[] = [
  [/^It has not sent any measurement yet\.$/, () => "Es hat noch keinen Messwert gesendet."],
  [/^It reports error (.+)\.$/s, (code) => `Es meldet den Fehler ${code}.`],
  [/^It reports a fault\.$/, () => "Es meldet eine Störung."],
  [/^It reports a fault: (.+)\.$/s, (fault) => `Es meldet eine Störung: ${fault}.`],
  [/^Its battery is at ([\d.]+) %\.$/, (level) => `Die Batterie ist bei ${number(level)} %.`],
  [
    /^Its battery is at ([\d.]+) %; below \d+ % it should be charged or changed\.$/,
    (level) => `Die Batterie ist bei ${number(level)} %; sie sollte geladen oder gewechselt werden.`,
  ],
  [/^Its last message was refused: (.+)\.$/s, (why) => `Die letzte Nachricht wurde abgewiesen: ${why}.`],
  [
    /^All of its last (\d+) messages were refused: (.+)\.$/s,
    (of, why) => `Alle letzten ${of} Nachrichten wurden abgewiesen: ${why}.`,
  ],
  [
    /^(\d+) of its last (\d+) messages (?:was|were) refused: (.+)\.$/s,
    (count, of, why) => `${count} der letzten ${of} Nachrichten abgewiesen: ${why}.`,
  ],
  [
    /^It answers in (.+), expected within (.+)\.$/,
    (took, expected) => `Es antwortet nach ${span(took)}, erwartet binnen ${span(expected)}.`,
  ],
  [
    /^It has not answered for (.+), expected within (.+)\.$/,
    (took, expected) => `Es antwortet seit ${span(took)} nicht, erwartet binnen ${span(expected)}.`,
  ],
  [
    /^Its clock is (.+), and so are the times of its measurements\.$/,
    (off) => `Die Uhr geht ${skew(off)}, und mit ihr die Zeiten der Messwerte.`,
  ],
];

/** What nobody translated, such as a gateway's of another version, is shown as it came. */
export function reasons(): ReasonWords {
  return {
    connection(reason) {
      if (Object.hasOwn(CONNECTION, reason)) return CONNECTION[reason]!;
      return reason.replace(/^expected every (\d+ (?:s|min))$/, "erwartet alle $1");
    },
    health(sentence) {
      for (const [pattern, german] of HEALTH) {
        const found = pattern.exec(sentence);
        if (found !== null) return german(...found.slice(1));
      }
      return sentence;
    },
    run: (reason) =>
      reason
        .replace(/^(\d+) of (\d+) succeeded$/, "$1 von $2 gelungen")
        .replace(/^(\d+) of (\d+) failed$/, "$1 von $2 fehlgeschlagen"),
    work: (name, _own, facts) => WORK[name](...facts),
    platformSaid: "Die Plattform sagte: ",
    inTheirWords: "In eigenen Worten",
  };
}
