import type { Forms } from "../forms.ts";
import type { Language } from "../languages.ts";
import { live } from "./live.ts";
import { states } from "./states.ts";
import { telemetry } from "./telemetry.ts";
import { times } from "./times.ts";

/** The part of the catalogue that scripts use too: the browser loads this of one language, and nothing else of any. */
export function inBrowser(forms: Forms) {
  return { live: live(), states: states(forms), telemetry: telemetry(forms), times: times(forms) };
}

export type BrowserWords = { language: Language } & Forms & ReturnType<typeof inBrowser>;
