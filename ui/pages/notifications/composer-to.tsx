import type { DeviceQuery } from "../../../protocol/devices/device.ts";
import { errorOf } from "../../components/field.tsx";
import { PickFound } from "../../components/pick-found.tsx";
import { chipsOf, filtersOf } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { Part, PickSome, Text } from "../jobs/job-form-fields.tsx";
import type { ComposerProps } from "./composer-page.tsx";

/** Whom it is for: all that any of these name, each once. */
export function ComposerTo(props: ComposerProps) {
  const { composer } = useWords();
  const { values, errors, finds, roles, people } = props;
  const of = { values, errors };
  const devices = values["targets.devices"] ?? "";
  const picked = devices.split(",").filter(Boolean).length;
  const labels = { sites: composer.sites, tags: composer.tags, devices: composer.theseDevices };
  return (
    <Part legend={composer.to}>
      {picked === 0 ? null : <p>{composer.picked(picked)}</p>}
      <PickSome
        {...of}
        name="targets.everyone"
        label={composer.roles}
        choices={[["true", composer.everyone], ...roles.map(({ id, name }) => [`role:${id}`, name] as const)]}
        row
      />
      {people.length === 0 ? null : (
        <PickSome
          {...of}
          name="targets.people"
          label={composer.people}
          choices={people.map(({ id, name }) => [id, name] as const)}
        />
      )}
      <Text {...of} name="targets.topics" label={composer.topics} hint={composer.topicsHint} />
      {(Object.keys(labels) as (keyof typeof labels)[]).map((what) => {
        const found = finds[what];
        const name = `targets.${what}`;
        return found === null || (found.total === 0 && found.q === "" && found.picked.length === 0) ? null : (
          <PickFound
            key={what}
            name={name}
            label={labels[what]}
            found={found}
            check="/notifications/new/preview"
            error={errorOf(errors, name)}
          />
        );
      })}
      <Text {...of} name="targets.filter" label={composer.filter} hint={composer.filterHint} />
      <FilterMeans {...props} />
    </Part>
  );
}

/** The filters of an address as the list of devices says them. */
function FilterMeans({ values, finds }: ComposerProps) {
  const words = useWords();
  const address = URL.parse(values["targets.filter"] ?? "", "http://list.invalid");
  if (address?.pathname !== "/devices") return null;
  const filters = filtersOf(Object.fromEntries(address.searchParams) as unknown as DeviceQuery);
  const known = [...(finds.sites?.picked ?? []), ...(finds.sites?.items ?? [])];
  const site = known.find(({ value }) => value === filters.site)?.label ?? null;
  const chips = chipsOf(words, filters, site).map(({ label }) => label);
  const { filterAll, filterMeans } = words.composer;
  return <p class="field-hint">{chips.length === 0 ? filterAll : filterMeans(chips.join(" · "))}</p>;
}
