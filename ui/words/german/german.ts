import type { english } from "../english/english.ts";
import type { Forms } from "../forms.ts";
import { activity } from "./activity.ts";
import { browser } from "./browser.ts";
import { bulk } from "./bulk.ts";
import { composer } from "./composer.ts";
import { configuration } from "./configuration.ts";
import { design } from "./design.ts";
import { devices } from "./devices.ts";
import { endpoints } from "./endpoints.ts";
import { entrance } from "./entrance.ts";
import { errorPages } from "./error-pages.ts";
import { errors } from "./errors.ts";
import { fields } from "./fields.ts";
import { firmware } from "./firmware.ts";
import { frame } from "./frame.ts";
import { gateways } from "./gateways.ts";
import { imports } from "./imports.ts";
import { inBrowser } from "./in-browser.ts";
import { jobForm } from "./job-form.ts";
import { jobs } from "./jobs.ts";
import { letters } from "./letters.ts";
import { lists } from "./lists.ts";
import { localStatus } from "./local-status.ts";
import { notices } from "./notices.ts";
import { notifications } from "./notifications.ts";
import { overview } from "./overview.ts";
import { picker } from "./picker.ts";
import { platforms } from "./platforms.ts";
import { reasons } from "./reasons.ts";
import { reference } from "./reference.ts";
import { roles } from "./roles.ts";
import { search } from "./search.ts";
import { settings } from "./settings.ts";
import { shortcuts } from "./shortcuts.ts";
import { simulation } from "./simulation.ts";
import { sites } from "./sites.ts";
import { tour } from "./tour.ts";

/** What the dashboard says, in German, with „Sie“. */
export function german(forms: Forms): ReturnType<typeof english> {
  return {
    frame: frame(forms),
    notices: notices(forms),
    bulk: bulk(forms),
    imports: imports(forms),
    roles: roles(forms),
    ...inBrowser(forms),
    notifications: notifications(forms),
    overview: overview(forms),
    activity: activity(forms),
    sites: sites(forms),
    settings: settings(forms),
    picker: picker(forms),
    platforms: platforms(forms),
    reasons: reasons(),
    reference: reference(forms),
    devices: devices(forms),
    composer: composer(forms),
    configuration: configuration(forms),
    design: design(),
    gateways: gateways(forms),
    jobs: jobs(forms),
    jobForm: jobForm(forms),
    firmware: firmware(forms),
    simulation: simulation(forms),
    browser: browser(),
    lists: lists(),
    search: search(),
    shortcuts: shortcuts(),
    tour: tour(),
    endpoints: endpoints(forms),
    entrance: entrance(forms),
    errorPages: errorPages(),
    letters: letters(),
    localStatus: localStatus(forms),
    errors: errors(),
    fields: fields(),
  };
}
