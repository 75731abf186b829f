import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, FormProblem, TextField, Version } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { LabelFields, type LabelTexts } from "../components/labels.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

/** What the form holds, as the person typed it. */
export interface SiteFormValues extends LabelTexts {
  name: string;
  address: string;
  timeZone: string;
  description: string;
  latitude: string;
  longitude: string;
}

export interface SiteFormProps {
  /** The site that is changed; null for a new one. */
  site: { id: string; name: string } | null;
  values: SiteFormValues;
  /** Of the site when its values were read; null for a new one. */
  version: string | null;
  errors: readonly FieldError[];
  /** What is wrong beyond single fields. */
  problem: { title: string; text: string } | null;
  timeZones: readonly string[];
}

export function siteFormPage(props: SiteFormProps): LocalView {
  const { site } = props;
  return ({ sites: words }) => {
    const title = site === null ? words.addTitle : words.editTitle(site.name);
    return {
      title,
      section: "sites",
      crumbs: [
        { label: words.title, href: "/sites" },
        ...(site === null ? [] : [{ label: site.name, href: `/sites/${site.id}` }]),
        { label: site === null ? words.addCrumb : words.edit },
      ],
      body: (
        <>
          <PageHead title={title} text={site === null ? words.gatewayNext : undefined} />
          <SiteForm {...props} />
        </>
      ),
    };
  };
}

function SiteForm({ site, values, version, errors, problem, timeZones }: SiteFormProps) {
  const { sites: words } = useWords();
  const { fields } = words;
  const zone = {
    name: "timeZone",
    label: fields.timeZone,
    hint: words.zoneHint,
    error: errorOf(errors, "timeZone"),
  };
  return (
    <form
      class="form"
      method="post"
      action={site === null ? "/sites/new" : `/sites/${site.id}/edit`}
      noValidate
      data-draft=""
      data-check="/check/site"
    >
      <Version of={version} />
      {problem === null ? null : <FormProblem {...problem} />}
      <TextField
        name="name"
        label={fields.name}
        value={values.name}
        error={errorOf(errors, "name")}
        placeholder={words.namePlaceholder}
        maxLength={100}
        required
        autofocus={site === null}
      />
      <TextField
        name="address"
        label={fields.address}
        value={values.address}
        error={errorOf(errors, "address")}
      />
      <Field {...zone}>
        <input
          class="input"
          id="timeZone"
          name="timeZone"
          list="time-zones"
          value={values.timeZone}
          {...describedBy(zone)}
        />
        <datalist id="time-zones">
          {timeZones.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </Field>
      <div class="field-row">
        <TextField
          name="latitude"
          label={fields.latitude}
          inputMode="decimal"
          value={values.latitude}
          error={errorOf(errors, "latitude")}
          placeholder="51.4637"
        />
        <TextField
          name="longitude"
          label={fields.longitude}
          inputMode="decimal"
          value={values.longitude}
          error={errorOf(errors, "longitude")}
          placeholder="-3.1641"
        />
      </div>
      <Field name="description" label={fields.description} error={errorOf(errors, "description")}>
        <textarea class="textarea" id="description" name="description" rows={3}>
          {values.description}
        </textarea>
      </Field>
      <LabelFields values={values} errors={errors} />
      <FormActions
        verb={site === null ? words.add : words.save}
        back={site === null ? "/sites" : `/sites/${site.id}`}
      />
    </form>
  );
}
