import type { PickerWords } from "../english/picker.ts";
import type { Forms } from "../forms.ts";

export function picker({ count }: Forms): PickerWords {
  return {
    search: "Suchen",
    searchOf: (what) => `Suchen: ${what}`,
    find: "Suchen",
    none: "Nichts heißt so.",
    more: (shown, total) => `${count(shown)} von ${count(total)} gezeigt. Die anderen findet die Suche.`,
  };
}
