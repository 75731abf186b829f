import type { FieldError } from "../../protocol/errors.ts";
import type { Claim } from "../../protocol/gateways/gateway.ts";
import { Command, CopyButton } from "../components/command.tsx";
import { describedBy, errorOf, Field, FormProblem } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { QrCode } from "../components/qr-code.tsx";
import type { LocalView } from "../layout/frame.ts";
import type { Words } from "../words/catalogues.ts";

const crumbs = ({ gateways }: Words) => [
  { label: gateways.title, href: "/gateways" },
  { label: gateways.add },
];

export interface GatewayAddProps {
  /** Names of the sites there are, to choose from; another name makes a new site. */
  sites: readonly string[];
  /** What is in the field. */
  site: string;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

export function gatewayAddPage({ sites, site, errors, problem }: GatewayAddProps): LocalView {
  return (words) => {
    const { gateways } = words;
    const field = {
      name: "site",
      label: gateways.site,
      hint: gateways.siteHint,
      error: errorOf(errors, "site"),
    };
    return {
      title: gateways.addTitle,
      section: "gateways",
      crumbs: crumbs(words),
      body: (
        <>
          <PageHead title={gateways.addTitle} text={gateways.addText} />
          <form class="form" method="post" action="/gateways/add" noValidate data-check="/check/gateway">
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
            <FormActions verb={gateways.makeCode} back="/gateways" />
          </form>
        </>
      ),
    };
  };
}

export interface GatewayClaimProps {
  claim: Claim;
  cloudUrl: string;
  /** The command that installs a gateway and enrols it; null while this cloud has no program to hand out. */
  install: string | null;
  /** The machine takes the place of a gateway. */
  replaces: boolean;
}

/** The code, shown this once, and what to type at the site. */
export function gatewayClaimPage({ claim, cloudUrl, install, replaces }: GatewayClaimProps): LocalView {
  const command = enrolCommand(cloudUrl, claim) + (replaces ? " --replace" : "");
  return (words) => {
    const { gateways } = words;
    return {
      title: gateways.codeFor(claim.site),
      section: "gateways",
      crumbs: crumbs(words),
      body: (
        <>
          <PageHead title={gateways.codeFor(claim.site)} text={gateways.codeText} />
          <div class="stack narrow">
            {replaces ? <p>{gateways.replaceSteps}</p> : null}
            <section class="panel panel-body claim">
              <output>{claim.claim}</output>
              <CopyButton text={claim.claim} name={gateways.theCode} />
              <span class="muted">{gateways.runsOut(<Ago at={claim.expiresAt} />)}</span>
            </section>
            <Panel title={gateways.onGateway}>
              {install === null ? (
                <>
                  <p class="muted panel-note">{gateways.noRelease}</p>
                  <ByHand words={words} command={command} replaces={replaces} />
                </>
              ) : (
                <ol class="steps">
                  <li>
                    <p>{gateways.install}</p>
                    <Command text={install} name={gateways.installCommand} />
                    <QrCode text={install} hint={gateways.qrHint} />
                  </li>
                  {replaces ? null : (
                    <li>
                      <p>{gateways.credentials}</p>
                      <Command text="sudo homepot-edge device add till-1" name={gateways.deviceCommand} />
                    </li>
                  )}
                </ol>
              )}
            </Panel>
            {install === null ? null : (
              <Panel title={gateways.byHand}>
                <ByHand words={words} command={command} replaces={replaces} />
              </Panel>
            )}
            <p>
              <a class="button" href={`/sites/${claim.siteId}`}>
                {gateways.goTo(claim.site)}
              </a>
            </p>
          </div>
        </>
      ),
    };
  };
}

function enrolCommand(cloudUrl: string, { claim }: Claim): string {
  return `homepot-edge enroll --cloud ${cloudUrl} --claim ${claim} --data /var/lib/homepot-edge`;
}

/** For a gateway that is installed already, or runs from source. */
function ByHand(props: { words: Words; command: string; replaces: boolean }) {
  const { command, replaces } = props;
  const { gateways } = props.words;
  return (
    <ol class="steps">
      <li>
        <p>{gateways.enrol}</p>
        <Command text={command} name={gateways.enrolCommand} />
      </li>
      <li>
        <p>{gateways.start}</p>
        <Command text="homepot-edge run --data /var/lib/homepot-edge" name={gateways.startCommand} />
      </li>
      {replaces ? null : (
        <li>
          <p>{gateways.credentials}</p>
          <Command text="homepot-edge device add till-1" name={gateways.deviceCommand} />
        </li>
      )}
    </ol>
  );
}
