import type { Page } from "../../protocol/api/list.ts";
import type { ConfigLayer, ConfigVersion } from "../../protocol/config/layers.ts";
import { refusedConfig } from "../../protocol/config/refused-config.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { Confirm } from "../components/confirm.tsx";
import { errorOf, FormProblem, TextField, Version } from "../components/field.tsx";
import { LabelFields, type LabelTexts } from "../components/labels.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Lasting } from "../components/moment.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import type { StateWords } from "../words/words.ts";
import { ConfigDiff } from "./config-diff.tsx";
import { ConfigForm } from "./config-form.tsx";
import { ConfigHistory } from "./config-history.tsx";
import { DeviceHead } from "./device-head.tsx";

export interface DeviceDetailsValues extends LabelTexts {
  name: string;
  type: string;
}

export interface DeviceConfigProps {
  device: DeviceDetail;
  /** What is wanted of it alone. */
  layer: ConfigLayer;
  /** What was typed into the form of that; null for what is. */
  typed: Readonly<Record<string, string>> | null;
  /** What the form of its details has: what is, or what the person typed. */
  details: DeviceDetailsValues;
  /** Of the wanted configuration, and of the details, when the forms were made. */
  versions: { config: string; details: string };
  /** Of what is wanted of it alone. */
  history: Page<ConfigVersion>;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

export function deviceConfigPage(props: DeviceConfigProps): LocalView {
  const { device } = props;
  return ({ devices, sites }) => ({
    title: devices.configurationOf(device.name),
    section: "devices",
    crumbs: [
      { label: sites.title, href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name, href: `/devices/${device.id}` },
      { label: devices.tabs.configuration },
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
              <ConfigForm
                action={`/devices/${device.id}/configuration`}
                check={`/devices/${device.id}/configuration/check`}
                layer={props.layer}
                typed={props.typed}
                type={device.type}
                version={props.versions.config}
                errors={props.errors}
              />
            </Allowed>
            <ConfigHistory
              history={props.history}
              revert={`/devices/${device.id}/configuration/revert`}
              page={`/devices/${device.id}/configuration`}
            />
          </div>
          <div class="stack">
            <Allowed to="device:write">
              <DetailsForm {...props} />
              {device.lifecycle === "retired" ? null : <Retire device={device} />}
              <Delete device={device} />
            </Allowed>
          </div>
        </div>
      </>
    ),
  });
}

/** Why it does not run with what is wanted, where it says so. What it says of another version is past. */
function errorOfConfig({ attributes, config }: DeviceDetail): string | null {
  const refused = refusedConfig(attributes);
  if (refused === null) return null;
  return refused.version === null || refused.version === config.desired?.version ? refused.why : null;
}

function syncState({ devices }: Words, device: DeviceDetail): StateWords {
  const { config } = device;
  if (config.desired === null) return { shape: "dotted", word: devices.nothingWanted, tone: "offline" };
  if (config.inSync) return { shape: "disc", word: devices.inStep, tone: "ok" };
  return errorOfConfig(device) === null
    ? { shape: "half", word: devices.waiting, tone: "warning" }
    : { shape: "square", word: devices.refusing, tone: "error" };
}

function Compare({ device }: { device: DeviceDetail }) {
  const { desired, reported, driftSince } = device.config;
  const isEmpty = desired === null && reported === null;
  const error = errorOfConfig(device);
  const words = useWords();
  const { devices, configuration } = words;
  return (
    <Panel
      title={devices.compare}
      note={driftSince === null ? undefined : configuration.drifting(<Lasting since={driftSince} />)}
      actions={<State state={syncState(words, device)} />}
      flush={!isEmpty}
    >
      {isEmpty ? (
        <p class="muted">{devices.noConfig(<code>homepot/{device.key}/config/desired</code>)}</p>
      ) : (
        <ConfigDiff config={device.config} />
      )}
      {device.config.inSync || error === null ? null : (
        <p class="panel-foot">
          {configuration.refused(
            <q key="error" title={words.reasons.inTheirWords}>
              {error}
            </q>,
          )}
        </p>
      )}
    </Panel>
  );
}

/** No question is asked first: it can be undone, at once or later. */
function Retire({ device }: { device: DeviceDetail }) {
  const { devices } = useWords();
  return (
    <Panel title={devices.retire}>
      <form class="form" method="post" action={`/devices/${device.id}/retire`}>
        <p class="muted">{devices.retireText(<code>homepot-edge device remove {device.key}</code>)}</p>
        <div class="actions">
          <button class="button danger" type="submit">
            {devices.retireVerb(device.name)}
          </button>
        </div>
      </form>
    </Panel>
  );
}

function Delete({ device }: { device: DeviceDetail }) {
  const { devices, sites } = useWords();
  return (
    <Panel title={sites.delete}>
      <div class="form">
        <p class="muted">{devices.deleteText}</p>
        <div class="actions">
          <Confirm
            id="delete-device"
            label={devices.deleteVerb}
            question={sites.deleteQuestion(device.name)}
            consequence={devices.deleteConsequence}
            action={`/devices/${device.id}/remove`}
            verb={devices.deleteVerb}
          />
        </div>
      </div>
    </Panel>
  );
}

function DetailsForm({ device, details, versions, errors }: DeviceConfigProps) {
  const { devices } = useWords();
  return (
    <Panel title={devices.details}>
      <form
        class="form"
        method="post"
        action={`/devices/${device.id}/details`}
        noValidate
        data-draft=""
        data-check="/check/device-details"
      >
        <Version of={versions.details} />
        <TextField
          name="name"
          label={devices.name}
          value={details.name}
          error={errorOf(errors, "name")}
          maxLength={100}
          required
        />
        <TextField
          name="type"
          label={devices.type}
          value={details.type}
          hint={devices.typeHint}
          error={errorOf(errors, "type")}
          maxLength={40}
        />
        <LabelFields values={details} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {devices.save}
          </button>
        </div>
      </form>
    </Panel>
  );
}
