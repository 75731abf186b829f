import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, FormProblem, TextField } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { LabelFields, type LabelTexts } from "../components/labels.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";
import { NoGateways } from "./no-gateways.tsx";

/** What the form holds, as the person typed it. */
export interface DeviceAddValues extends LabelTexts {
  siteId: string;
  key: string;
  name: string;
  type: string;
}

export interface DeviceAddProps {
  sites: DeviceChoices["sites"];
  values: DeviceAddValues;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

/** A device made by hand, before its gateway knows it. */
export function deviceAddPage(props: DeviceAddProps): LocalView {
  return ({ devices }) => ({
    title: devices.addTitle,
    section: "devices",
    crumbs: [{ label: devices.title, href: "/devices" }, { label: devices.add }],
    body: (
      <>
        <PageHead title={devices.addTitle} text={devices.addText} />
        {props.sites.length === 0 ? (
          <NoGateways title={devices.noGateways} text={devices.noGatewaysText} />
        ) : (
          <DeviceAddForm {...props} />
        )}
      </>
    ),
  });
}

function DeviceAddForm({ sites, values, errors, problem }: DeviceAddProps) {
  const words = useWords();
  const { devices } = words;
  const site = {
    name: "siteId",
    label: devices.site,
    hint: devices.siteHint,
    error: errorOf(errors, "siteId"),
  };
  return (
    <form
      class="form"
      method="post"
      action="/devices/new"
      noValidate
      data-draft=""
      data-check="/check/device"
    >
      {problem === null ? null : <FormProblem {...problem} />}
      <Field {...site}>
        <select class="select" id="siteId" name="siteId" required {...describedBy(site)}>
          {sites.map(({ id, name }) => (
            <option key={id} value={id} selected={id === values.siteId}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <TextField
        name="key"
        label={devices.key}
        hint={devices.keyHint}
        value={values.key}
        error={errorOf(errors, "key")}
        autocomplete="off"
        maxLength={64}
        required
      />
      <TextField
        name="name"
        label={devices.name}
        hint={devices.nameHint}
        value={values.name}
        error={errorOf(errors, "name")}
        maxLength={100}
      />
      <TextField
        name="type"
        label={devices.type}
        hint={devices.typeHint}
        value={values.type}
        error={errorOf(errors, "type")}
        maxLength={40}
      />
      <LabelFields values={values} errors={errors} />
      <FormActions verb={devices.add} back="/devices" />
    </form>
  );
}
