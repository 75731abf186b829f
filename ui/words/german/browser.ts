import type { BrowserWords } from "../english/browser.ts";

export function browser(): BrowserWords {
  return {
    close: "Diese Meldung schließen",
    copied: "Kopiert",
    notCopied:
      "Der Browser erlaubt das Kopieren nicht. Markieren Sie den Text und kopieren Sie ihn von Hand.",
    again: "Noch einmal",
    noAnswer: "Keine Antwort von der Cloud.",
    stillHere: "Was Sie eingegeben haben, ist noch da.",
    away: "Die Cloud ist gerade nicht erreichbar.",
    busy: "Das war viel auf einmal. Versuchen Sie es in {seconds} s noch einmal.",
    notShown: "Dieser Teil konnte nicht angezeigt werden.",
    notLoaded: "Dieser Teil wurde nicht geladen. Er wird von selbst noch einmal geholt.",
    reload: "Neu laden",
    copyDetails: "Einzelheiten kopieren",
    draftRestored: "Entwurf wiederhergestellt: Das haben Sie vorher eingegeben.",
    discardDraft: "Verwerfen",
  };
}
