import type { DeviceConfig } from "../../protocol/config/device-config.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { describedBy, errorOf, Field, FormProblem, TextField, Version } from "../components/field.tsx";
import { LabelFields, type LabelTexts } from "../components/labels.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { View } from "../layout/frame.ts";
import type { StateWords } from "../words/words.ts";
import { DeviceHead } from "./device-head.tsx";

export interface DeviceDetailsValues extends LabelTexts {
  name: string;
  type: string;
}

export interface DeviceConfigProps {
  device: DeviceDetail;
  /** The JSON in the form: what is wanted now, or what the person typed. */
  text: string;
  /** What the form of its details has: what is, or what the person typed. */
  details: DeviceDetailsValues;
  /** Of the wanted configuration, and of the details, when the forms were made. */
  versions: { config: string; details: string };
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

export function deviceConfigPage(props: DeviceConfigProps): View {
  const { device } = props;
  return {
    title: `${device.name}: configuration`,
    section: "devices",
    crumbs: [
      { label: "Sites", href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name, href: `/devices/${device.id}` },
      { label: "Configuration" },
    ],
    body: (
      <>
        <DeviceHead device={device} tab="configuration" />
        <div class="split">
          <div class="stack">
            {props.problem === null ? null : <FormProblem {...props.problem} />}
            <LiveRegion id="config-state">
              <Compare device={device} />
            </LiveRegion>
            <Allowed to="device:write">
              <ConfigForm {...props} />
            </Allowed>
          </div>
          <div class="stack">
            <Allowed to="device:write">
              <DetailsForm {...props} />
              {device.lifecycle === "retired" ? null : <Retire device={device} />}
            </Allowed>
          </div>
        </div>
      </>
    ),
  };
}

function syncState({ config }: DeviceDetail): StateWords {
  if (config.desired === null) return { shape: "dotted", word: "Nothing wanted", tone: "offline" };
  if (config.inSync) return { shape: "disc", word: "In step", tone: "ok" };
  return { shape: "half", word: "Waiting for the device", tone: "warning" };
}

function Compare({ device }: { device: DeviceDetail }) {
  const { desired, reported } = device.config;
  return (
    <Panel title="Wanted and reported" actions={<State state={syncState(device)} />}>
      {desired === null && reported === null ? (
        <p class="muted">
          The device has reported no settings, and none are wanted of it. Settings saved below are published
          to <code>homepot/{device.key}/config/desired</code>, retained, and stay wanted until the device
          reports them.
        </p>
      ) : (
        <div class="config-pair">
          <Side title="Wanted" config={desired} none="Nothing is wanted of it." />
          <Side title="Reported" config={reported} none="It has not reported any settings yet." />
        </div>
      )}
    </Panel>
  );
}

function Side({ title, config, none }: { title: string; config: DeviceConfig | null; none: string }) {
  return (
    <section>
      <h3>
        {title}
        {config === null ? null : <span class="faint number">Version {config.version}</span>}
      </h3>
      {config === null ? (
        <p class="muted">{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <pre tabIndex={0}>
          <code>{JSON.stringify(config.config, null, 2)}</code>
        </pre>
      )}
    </section>
  );
}

function ConfigForm({ device, text, versions, errors }: DeviceConfigProps) {
  const field = {
    name: "config",
    label: "Settings as JSON",
    hint: "An object of settings by name. It replaces what is wanted now, as a whole.",
    error: errorOf(errors, "config"),
  };
  return (
    <Panel title="Change what is wanted">
      <form class="form wide" method="post" action={`/devices/${device.id}/configuration`}>
        <Version of={versions.config} />
        <Field {...field}>
          <textarea
            class="textarea mono"
            id="config"
            name="config"
            rows={8}
            spellcheck={false}
            {...describedBy(field)}
          >
            {text}
          </textarea>
        </Field>
        <div class="actions">
          <button class="button primary" type="submit">
            Save and send
          </button>
        </div>
      </form>
    </Panel>
  );
}

/** No question is asked first: it can be undone, at once or later. */
function Retire({ device }: { device: DeviceDetail }) {
  return (
    <Panel title="Retire">
      <form class="form" method="post" action={`/devices/${device.id}/retire`}>
        <p class="muted">
          Takes it out of every list and count. What it measured stays, and it can be restored at any time. To
          stop it from connecting, remove it at its gateway as well:{" "}
          <code>homepot-edge device remove {device.key}</code>
        </p>
        <div class="actions">
          <button class="button danger" type="submit">
            Retire {device.name}
          </button>
        </div>
      </form>
    </Panel>
  );
}

function DetailsForm({ device, details, versions, errors }: DeviceConfigProps) {
  return (
    <Panel title="Details">
      <form class="form" method="post" action={`/devices/${device.id}/details`} data-draft="">
        <Version of={versions.details} />
        <TextField
          name="name"
          label="Name"
          value={details.name}
          error={errorOf(errors, "name")}
          maxLength={100}
          required
        />
        <TextField
          name="type"
          label="Type"
          value={details.type}
          hint="Lower case with hyphens, such as payment-terminal."
          error={errorOf(errors, "type")}
          maxLength={40}
        />
        <LabelFields values={details} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            Save
          </button>
        </div>
      </form>
    </Panel>
  );
}
