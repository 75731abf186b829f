import { JOB_KINDS } from "../../../protocol/jobs/job-kinds.ts";
import { errorOf, FieldProblem } from "../../components/field.tsx";
import { type Found, PickFound, type PickItem } from "../../components/pick-found.tsx";
import type { Words } from "../../words/catalogues.ts";
import { useWords } from "../../words/use-words.ts";
import { typeLabel } from "../../words/words.ts";
import { Part, Text } from "./job-form-fields.tsx";
import type { JobFinds, JobFormProps } from "./job-form-page.tsx";

/** On what it is to be run, as far as its kind can be: devices, sites, gateways, tags, a list of devices. */
export function Where(props: JobFormProps) {
  const words = useWords();
  const { jobForm } = words;
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
        const shown = of === "types" ? withTypeLabels(words, found) : found;
        return <PickFound key={of} {...about} label={labels[of]} found={shown} check="/jobs/new/preview" />;
      })}
      {onGateways ? null : (
        <Text {...of} name="targets.filter" label={jobForm.filter} hint={jobForm.filterHint} />
      )}
    </Part>
  );
}

/** Types of devices as they are called everywhere else. */
function withTypeLabels(words: Words, found: Found): Found {
  const called = (item: PickItem): PickItem => ({ ...item, label: typeLabel(words, item.value) });
  return { ...found, picked: found.picked.map(called), items: found.items.map(called) };
}

/** There is nothing to pick and nothing was searched for. */
function isBare({ total, q, picked, others }: NonNullable<JobFinds["sites"]>): boolean {
  return total === 0 && q === "" && picked.length === 0 && others === "";
}
