import type { BulkActionKind, BulkPreview } from "../../protocol/devices/bulk.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { Marked } from "../components/state.tsx";
import type { LocalView } from "../layout/frame.ts";
import { type DeviceFilters, devicesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";

export interface DeviceBulkProps {
  preview: BulkPreview;
  /** Picked devices; null when all that the filters mean are meant. */
  ids: readonly string[] | null;
  filters: DeviceFilters;
  /** What the person chose, when something is wrong with it. */
  chosen: { kind: string; tag: string };
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

/** What should happen to many devices: asked once more, with how many there are and some of their names. */
export function deviceBulkPage(props: DeviceBulkProps): LocalView {
  return ({ bulk, frame }) => ({
    title: bulk.title(props.preview.total),
    section: "devices",
    crumbs: [{ label: frame.sections.devices, href: "/devices" }, { label: bulk.title(props.preview.total) }],
    body: (
      <>
        <PageHead title={bulk.title(props.preview.total)} text={bulk.undoable} />
        <div class="split">
          <BulkForm {...props} />
          <Some preview={props.preview} />
        </div>
      </>
    ),
  });
}

function BulkForm({ preview, ids, filters, chosen, errors, problem }: DeviceBulkProps) {
  const { bulk } = useWords();
  const retired = filters.lifecycle === "retired";
  const kinds: readonly BulkActionKind[] = retired
    ? ["restore", "delete"]
    : ["add-tag", "remove-tag", "retire", "delete"];
  const hints: Partial<Record<BulkActionKind, string>> = {
    retire: bulk.retireHint,
    restore: bulk.restoreHint,
    delete: bulk.deleteHint,
  };
  return (
    <form class="form" method="post" action="/devices/bulk/run" noValidate data-check="/check/device-bulk">
      {problem === null ? null : <FormProblem {...problem} />}
      <input type="hidden" name="expected" value={preview.total} />
      <input type="hidden" name="filter" value={devicesUrl(filters)} />
      {ids?.map((id) => (
        <input key={id} type="hidden" name="id" value={id} />
      ))}
      <fieldset class="choices">
        <legend>{bulk.what}</legend>
        {kinds.map((kind, index) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={chosen.kind === kind || (chosen.kind === "" && index === 0)}
            />
            <span>
              {bulk[kind]}
              {hints[kind] === undefined ? null : <small class="field-hint">{hints[kind]}</small>}
            </span>
          </label>
        ))}
      </fieldset>
      {retired ? null : (
        <TextField
          name="tag"
          label={bulk.tag}
          hint={bulk.tagHint}
          value={chosen.tag}
          error={errorOf(errors, "action")}
          maxLength={40}
          autocomplete="off"
        />
      )}
      <FormActions verb={bulk.submit(preview.total)} back={devicesUrl(filters)} />
    </form>
  );
}

function Some({ preview }: { preview: BulkPreview }) {
  const { bulk } = useWords();
  const more = preview.total - preview.some.length;
  return (
    <Panel title={bulk.which}>
      <ul class="plain-list">
        {preview.some.map((device) => (
          <li key={device.id}>
            {device.name}
            <Marked of={device} /> <span class="faint">{device.siteName}</span>
          </li>
        ))}
        {more > 0 ? <li class="muted">{bulk.andMore(more)}</li> : null}
      </ul>
    </Panel>
  );
}
