import type { inBrowser as english } from "../english/in-browser.ts";
import type { Forms } from "../forms.ts";
import { live } from "./live.ts";
import { states } from "./states.ts";
import { telemetry } from "./telemetry.ts";
import { times } from "./times.ts";

export function inBrowser(forms: Forms): ReturnType<typeof english> {
  return { live: live(), states: states(forms), telemetry: telemetry(forms), times: times(forms) };
}
