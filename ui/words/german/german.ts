import type { english } from "../english/english.ts";
import type { Forms } from "../forms.ts";
import { browser } from "./browser.ts";
import { bulk } from "./bulk.ts";
import { entrance } from "./entrance.ts";
import { errorPages } from "./error-pages.ts";
import { errors } from "./errors.ts";
import { fields } from "./fields.ts";
import { frame } from "./frame.ts";
import { letters } from "./letters.ts";
import { notices } from "./notices.ts";
import { roles } from "./roles.ts";

/** What the dashboard says, in German, with „Sie“. */
export function german(forms: Forms): ReturnType<typeof english> {
  return {
    frame: frame(),
    notices: notices(forms),
    bulk: bulk(forms),
    roles: roles(forms),
    browser: browser(),
    entrance: entrance(forms),
    errorPages: errorPages(),
    letters: letters(),
    errors: errors(),
    fields: fields(),
  };
}
