import { JOB_KINDS } from "../../../protocol/jobs/job-kinds.ts";
import { errorOf, FieldProblem } from "../../components/field.tsx";
import { PickFound } from "../../components/pick-found.tsx";
import { useWords } from "../../words/use-words.ts";
import { Part, Text } from "./job-form-fields.tsx";
import type { JobFinds, JobFormProps } from "./job-form-page.tsx";

/** On what it is to be run, as far as its kind can be: devices, sites, gateways, tags, a list of devices. */
export function Where(props: JobFormProps) {
  const { jobForm } = useWords();
  const { values, errors, finds } = props;
  const of = { values, errors };
  const onGateways = JOB_KINDS[props.kind].subject === "gateway";
  const picked = (values["targets.devices"] ?? "").split(",").filter(Boolean).length;
  const labels: Record<keyof JobFinds, string> = {
    sites: onGateways ? jobForm.gatewaysOfSites : jobForm.sites,
    gateways: jobForm.gateways,
    types: jobForm.types,
    tags: onGateways ? jobForm.tagsOfSites : jobForm.tags,
    devices: jobForm.devices,
  };
  return (
    <Part legend={jobForm.where}>
      {picked === 0 ? null : <p>{jobForm.picked(picked)}</p>}
      {(Object.keys(labels) as (keyof JobFinds)[]).map((of) => {
        const found = finds[of];
        const about = { name: `targets.${of}`, error: errorOf(errors, `targets.${of}`) };
        if (found === null || isBare(found)) return <FieldProblem key={of} {...about} />;
        return <PickFound key={of} {...about} label={labels[of]} found={found} check="/jobs/new/preview" />;
      })}
      {onGateways ? null : (
        <Text {...of} name="targets.filter" label={jobForm.filter} hint={jobForm.filterHint} />
      )}
    </Part>
  );
}

/** There is nothing to pick and nothing was searched for. */
function isBare({ total, q, picked, others }: NonNullable<JobFinds["sites"]>): boolean {
  return total === 0 && q === "" && picked.length === 0 && others === "";
}
