import { JOB_KINDS } from "../../../protocol/jobs/job-kinds.ts";
import { useWords } from "../../words/use-words.ts";
import { Part, PickSome, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** On what it is to be run, as far as its kind can be: sites, gateways, tags, a list of devices. */
export function Where(props: JobFormProps) {
  const { jobForm } = useWords();
  const { values, errors, sites, gateways } = props;
  const of = { values, errors };
  const { subject } = JOB_KINDS[props.kind];
  const devices = values["targets.devices"] ?? "";
  const picked = devices.split(",").filter(Boolean).length;
  return (
    <Part legend={jobForm.where}>
      {picked === 0 ? null : <p>{jobForm.picked(picked)}</p>}
      <input type="hidden" name="targets.devices" value={devices} />
      {sites.length === 0 ? null : (
        <PickSome
          {...of}
          name="targets.sites"
          label={subject === "gateway" ? jobForm.gatewaysOfSites : jobForm.sites}
          choices={sites.map(({ id, name }) => [id, name])}
        />
      )}
      {subject === "device" || gateways.length === 0 ? null : (
        <PickSome
          {...of}
          name="targets.gateways"
          label={jobForm.gateways}
          choices={gateways.map(({ id, name, siteName }) => [id, siteName, name])}
        />
      )}
      <Text
        {...of}
        name="targets.tags"
        label={subject === "gateway" ? jobForm.tagsOfSites : jobForm.tags}
        hint={jobForm.tagsHint}
      />
      {subject === "gateway" ? null : (
        <Text {...of} name="targets.filter" label={jobForm.filter} hint={jobForm.filterHint} />
      )}
    </Part>
  );
}
