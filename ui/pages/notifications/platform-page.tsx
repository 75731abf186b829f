import type { FieldError } from "../../../protocol/errors.ts";
import type { PlatformName } from "../../../protocol/notifications/address.ts";
import type { PlatformStatus } from "../../../protocol/notifications/push.ts";
import { Confirm } from "../../components/confirm.tsx";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
} from "../../components/field.tsx";
import { FormActions } from "../../components/form-actions.tsx";
import { Ago } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { State } from "../../components/state.tsx";
import { Allowed, useMay } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { useWords } from "../../words/use-words.ts";
import { About, platformState, Trouble } from "./platforms-page.tsx";

/** The platforms that take credentials. */
export type KeyedPlatform = Exclude<PlatformName, "web-push">;

/** The fields of the form of each, as the API names them; FCM's are in one file. */
export const CREDENTIAL_FIELDS = {
  fcm: ["serviceAccount"],
  apns: ["key", "keyId", "teamId", "topic", "environment"],
  wns: ["tenantId", "clientId", "clientSecret"],
  mqtt: ["url", "username", "password", "version", "qos"],
} as const satisfies Record<KeyedPlatform, readonly string[]>;
type CredentialField = (typeof CREDENTIAL_FIELDS)[KeyedPlatform][number];

const FILES: ReadonlySet<CredentialField> = new Set(["serviceAccount", "key"]);
/** What a page never shows, also when the form comes back. */
export const SECRET_FIELDS: ReadonlySet<string> = new Set<CredentialField>([
  "serviceAccount",
  "key",
  "clientSecret",
  "password",
]);

export interface PlatformProps {
  platform: KeyedPlatform;
  status: PlatformStatus;
  /** What was typed, without secrets. */
  values: Record<string, string>;
  /** What the platform or this service said of what was typed. */
  detail: string | null;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** The credentials of one platform: what may be seen of those in use, and a form for others. */
export function platformPage(props: PlatformProps): LocalView {
  const { platform, status } = props;
  return (words) => {
    const name = words.endpoints.platforms[platform];
    const state = platformState(words.platforms, status);
    return {
      title: `${name}: ${state.word}`,
      section: "settings",
      crumbs: [
        { label: words.settings.settings, href: "/settings" },
        { label: words.platforms.settings, href: "/settings/push" },
        { label: name },
      ],
      body: (
        <>
          <PageHead title={name} facts={<State state={state} />} text={words.platforms.from[platform]} />
          <div class="stack">
            {status.trouble === null ? null : (
              <div class="notice error" role="status">
                <div>
                  <Trouble trouble={status.trouble} />
                  <p>{words.platforms.whatToDo}</p>
                </div>
              </div>
            )}
            {status.source === "organization" ? <Present {...props} name={name} /> : null}
            {status.source === "service" ? (
              <>
                <p class="muted">{words.platforms.ofService}</p>
                <HandedOn status={status} />
              </>
            ) : null}
            <Allowed to="organization:write">
              <CredentialsForm {...props} />
            </Allowed>
            <WhoMay />
          </div>
        </>
      ),
    };
  };
}

function WhoMay() {
  const { platforms } = useWords();
  return useMay()("organization:write") ? null : <p class="faint">{platforms.whoMay}</p>;
}

function Present({ platform, status, name }: PlatformProps & { name: string }) {
  const { platforms: words } = useWords();
  return (
    <Panel
      title={words.sources.organization}
      note={status.updatedAt === null ? undefined : <Ago at={status.updatedAt} />}
      actions={
        <Allowed to="organization:write">
          <Confirm
            id="forget"
            label={words.forget}
            question={words.forgetQuestion(name)}
            consequence={words.forgetService}
            action={`/settings/push/${platform}/forget`}
            verb={words.forgetVerb}
          />
        </Allowed>
      }
    >
      <div class="stack">
        <div>
          <About about={status.about} />
        </div>
        <HandedOn status={status} />
      </div>
    </Panel>
  );
}

/** How often a subscriber of a broker elsewhere may see a message. */
function HandedOn({ status: { about, broker } }: Pick<PlatformProps, "status">) {
  const { platforms } = useWords();
  const words = platforms.handedOn;
  if (broker === null) return null;
  const isRefused = about.qos === "2" && broker.qos === 1;
  return (
    <div class="stack">
      <p class="muted">
        {isRefused ? `${words.refused} ` : ""}
        {about.qos === "1" || isRefused ? words.perhapsTwice : words.once}
      </p>
      {broker.repeatedAt === null ? null : (
        <p class="tone-warning">
          {words.repeated(broker.repeated, <Ago key="last" at={broker.repeatedAt} />)}
        </p>
      )}
    </div>
  );
}

function CredentialsForm(props: PlatformProps) {
  const { platforms: words } = useWords();
  const { platform, status, values, errors, problem, detail } = props;
  const refused = problem !== null || errors.length > 0;
  return (
    <Panel title={status.source === "organization" ? words.replace : words.enter}>
      <form
        class="form"
        method="post"
        action={`/settings/push/${platform}`}
        noValidate
        data-check="/check/platform"
      >
        <input type="hidden" name="platform" value={platform} />
        {problem === null ? null : <FormProblem {...problem} />}
        {detail === null ? null : <p class="muted">{words.itSaid(detail)}</p>}
        {refused ? <p class="field-hint">{words.secretAgain}</p> : null}
        {CREDENTIAL_FIELDS[platform].map((field) => (
          <CredentialInput key={field} {...props} field={field} />
        ))}
        <TextField
          name="test"
          label={words.test[platform]}
          hint={words.testHint}
          value={values.test ?? ""}
          error={errorOf(errors, "test")}
          autocomplete="off"
        />
        <FormActions verb={words.save} back="/settings/push" />
      </form>
    </Panel>
  );
}

const CHOICES: Partial<Record<CredentialField, readonly string[]>> = {
  environment: ["production", "sandbox"],
  version: ["5", "3.1.1"],
  qos: ["2", "1"],
};

function CredentialInput({ field, values, errors }: PlatformProps & { field: CredentialField }) {
  const { platforms: words } = useWords();
  const about = {
    ...{ name: field, label: words.fields[field], error: errorOf(errors, field) },
    ...(field === "url" ? { hint: words.urlHint } : {}),
    ...(field === "qos" ? { hint: words.qosHint } : {}),
  };
  const choices = CHOICES[field];
  if (choices !== undefined)
    return (
      <Field {...about}>
        <select class="select" id={field} name={field} {...describedBy(about)}>
          {choices.map((value) => (
            <option key={value} value={value} selected={value === values[field]}>
              {words.choices[field]?.[value] ?? value}
            </option>
          ))}
        </select>
      </Field>
    );
  if (FILES.has(field))
    return (
      <Field {...about}>
        <textarea
          class="textarea mono"
          id={field}
          name={field}
          rows={6}
          spellcheck={false}
          autocomplete="off"
          {...describedBy(about)}
        />
      </Field>
    );
  const isSecret = SECRET_FIELDS.has(field);
  return (
    <TextField
      {...about}
      type={isSecret ? "password" : "text"}
      value={isSecret ? "" : (values[field] ?? "")}
      autocomplete={isSecret ? "new-password" : "off"}
    />
  );
}
