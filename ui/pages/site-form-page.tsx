import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, FormProblem, TextField, Version } from "../components/field.tsx";
import { LabelFields, type LabelTexts } from "../components/labels.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { View } from "../layout/frame.ts";

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

export function siteFormPage(props: SiteFormProps): View {
  const { site } = props;
  const title = site === null ? "Add a site" : `Edit ${site.name}`;
  return {
    title,
    section: "sites",
    crumbs: [
      { label: "Sites", href: "/sites" },
      ...(site === null ? [] : [{ label: site.name, href: `/sites/${site.id}` }]),
      { label: site === null ? "Add" : "Edit" },
    ],
    body: (
      <>
        <PageHead
          title={title}
          text={site === null ? "Its gateway comes next: you get a claim code for it." : undefined}
        />
        <SiteForm {...props} />
      </>
    ),
  };
}

function SiteForm({ site, values, version, errors, problem, timeZones }: SiteFormProps) {
  const zone = {
    name: "timeZone",
    label: "Time zone",
    hint: "Begin to type a city; its local time is shown on the site's page.",
    error: errorOf(errors, "timeZone"),
  };
  return (
    <form
      class="form"
      method="post"
      action={site === null ? "/sites/new" : `/sites/${site.id}/edit`}
      noValidate
      data-draft=""
    >
      <Version of={version} />
      {problem === null ? null : <FormProblem {...problem} />}
      <TextField
        name="name"
        label="Name"
        value={values.name}
        error={errorOf(errors, "name")}
        placeholder="Cardiff Bay"
        maxLength={100}
        required
        autofocus={site === null}
      />
      <TextField name="address" label="Address" value={values.address} error={errorOf(errors, "address")} />
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
          label="Latitude"
          inputMode="decimal"
          value={values.latitude}
          error={errorOf(errors, "latitude")}
          placeholder="51.4637"
        />
        <TextField
          name="longitude"
          label="Longitude"
          inputMode="decimal"
          value={values.longitude}
          error={errorOf(errors, "longitude")}
          placeholder="-3.1641"
        />
      </div>
      <Field name="description" label="Notes" error={errorOf(errors, "description")}>
        <textarea class="textarea" id="description" name="description" rows={3}>
          {values.description}
        </textarea>
      </Field>
      <LabelFields values={values} errors={errors} />
      <div class="actions">
        <button class="button primary" type="submit">
          {site === null ? "Add site" : "Save changes"}
        </button>
        <a class="button quiet" href={site === null ? "/sites" : `/sites/${site.id}`}>
          Cancel
        </a>
      </div>
    </form>
  );
}
