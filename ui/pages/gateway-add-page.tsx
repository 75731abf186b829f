import type { FieldError } from "../../protocol/errors.ts";
import type { Claim } from "../../protocol/gateways/gateway.ts";
import { Command, CopyButton } from "../components/command.tsx";
import { describedBy, errorOf, Field, FormProblem } from "../components/field.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { View } from "../layout/frame.ts";

const CRUMBS = [{ label: "Gateways", href: "/gateways" }, { label: "Add gateway" }];

export interface GatewayAddProps {
  /** Names of the sites there are, to choose from; another name makes a new site. */
  sites: readonly string[];
  /** What is in the field. */
  site: string;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

export function gatewayAddPage({ sites, site, errors, problem }: GatewayAddProps): View {
  const field = {
    name: "site",
    label: "Site",
    hint: "Choose one, or type a new name and the site is made.",
    error: errorOf(errors, "site"),
  };
  return {
    title: "Add a gateway",
    section: "gateways",
    crumbs: CRUMBS,
    body: (
      <>
        <PageHead
          title="Add a gateway"
          text="You get a claim code, good for one gateway and 24 hours. The gateway makes its own key; the code is worth nothing afterwards."
        />
        <form class="form" method="post" action="/gateways/add" noValidate>
          {problem === null ? null : <FormProblem {...problem} />}
          <Field {...field}>
            <input
              class="input"
              id="site"
              name="site"
              list="sites"
              value={site}
              autocomplete="off"
              required
              {...describedBy(field)}
            />
            <datalist id="sites">
              {sites.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </Field>
          <div class="actions">
            <button class="button primary" type="submit">
              Make a claim code
            </button>
            <a class="button quiet" href="/gateways">
              Cancel
            </a>
          </div>
        </form>
      </>
    ),
  };
}

/** The code, shown this once, and what to type at the site. */
export function gatewayClaimPage({ claim, cloudUrl }: { claim: Claim; cloudUrl: string }): View {
  return {
    title: `Claim code for ${claim.site}`,
    section: "gateways",
    crumbs: CRUMBS,
    body: (
      <>
        <PageHead
          title={`Claim code for ${claim.site}`}
          text="It is shown this once. If it gets lost, make another; an unused one runs out by itself."
        />
        <div class="stack narrow">
          <section class="panel panel-body claim">
            <output>{claim.claim}</output>
            <CopyButton text={claim.claim} name="the claim code" />
            <span class="muted">
              Runs out <Ago at={claim.expiresAt} />
            </span>
          </section>
          <Panel title="On the gateway">
            <ol class="steps">
              <li>
                <p>Enrol it with the code.</p>
                <Command
                  text={`homepot-edge enroll --cloud ${cloudUrl} --claim ${claim.claim} --data /var/lib/homepot-edge`}
                  name="the command that enrols the gateway"
                />
              </li>
              <li>
                <p>Start it. It connects by itself and stays connected.</p>
                <Command
                  text="homepot-edge run --data /var/lib/homepot-edge"
                  name="the command that starts the gateway"
                />
              </li>
              <li>
                <p>Give each device its credentials; the password is shown once.</p>
                <Command text="homepot-edge device add till-1" name="the command that adds a device" />
              </li>
            </ol>
          </Panel>
          <p>
            <a class="button" href={`/sites/${claim.siteId}`}>
              Go to {claim.site}
            </a>
          </p>
        </div>
      </>
    ),
  };
}
