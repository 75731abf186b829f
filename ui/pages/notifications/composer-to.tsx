import { useWords } from "../../words/use-words.ts";
import { Part, PickSome, Text } from "../jobs/job-form-fields.tsx";
import type { ComposerProps } from "./composer-page.tsx";

/** Whom it is for: all that any of these name, each once. */
export function ComposerTo(props: ComposerProps) {
  const { composer } = useWords();
  const { values, errors, sites, roles, people } = props;
  const of = { values, errors };
  const devices = values["targets.devices"] ?? "";
  const picked = devices.split(",").filter(Boolean).length;
  return (
    <Part legend={composer.to}>
      {picked === 0 ? null : <p>{composer.picked(picked)}</p>}
      <input type="hidden" name="targets.devices" value={devices} />
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
      {sites.length === 0 ? null : (
        <PickSome
          {...of}
          name="targets.sites"
          label={composer.sites}
          choices={sites.map(({ id, name }) => [id, name] as const)}
        />
      )}
      <Text {...of} name="targets.tags" label={composer.tags} hint={composer.tagsHint} />
      <Text {...of} name="targets.filter" label={composer.filter} hint={composer.filterHint} />
    </Part>
  );
}
