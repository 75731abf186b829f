import { Command, CopyButton } from "../../components/command.tsx";
import { Drawing } from "../../components/drawing.tsx";
import { describedBy, errorOf, Field, FormProblem, TextField, Version } from "../../components/field.tsx";
import { FormActions } from "../../components/form-actions.tsx";
import { Icon } from "../../components/icon.tsx";
import { KeyCaps } from "../../components/key-caps.tsx";
import { LabelFields, Tags } from "../../components/labels.tsx";
import { PickFound } from "../../components/pick-found.tsx";
import { QrCode } from "../../components/qr-code.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { SortChoice } from "../../components/sorting.tsx";
import copy from "../../icons/copy.svg" with { type: "text" };
import { ICONS, type IconName } from "../../icons/icons.ts";
import { ThemeSwitch } from "../../layout/account-menu.tsx";
import { LanguageChoice } from "../../layout/language-choice.tsx";
import { useWords } from "../../words/use-words.ts";
import { Section, Specimen } from "./specimen.tsx";

/** What is pressed and what is typed into. */
export function Controls() {
  const { design } = useWords();
  const { controls: names, samples } = design;
  return (
    <Section id="controls" title={names.title} text={names.text}>
      <Specimen name={names.buttons}>
        <div class="specimen-row">
          {["primary", "", "quiet", "danger"].map((kind) => (
            <button key={kind} class={`button ${kind}`} type="button">
              {samples.verb}
            </button>
          ))}
          <button class="button" type="button">
            <Icon name="plus" />
            {samples.verb}
          </button>
          <CopyButton text={samples.command} name={samples.site} />
          <button class="icon-button" type="button" aria-label={samples.verb}>
            <Drawing markup={copy} />
          </button>
        </div>
      </Specimen>
      <Specimen name={names.formActions}>
        <FormActions verb={samples.verb} back="/design">
          <button class="button" type="button">
            {samples.verb}
          </button>
        </FormActions>
      </Specimen>
      <Specimen name={names.disabled}>
        <div class="specimen-row">
          {["primary", "", "quiet", "danger"].map((kind) => (
            <button key={kind} class={`button ${kind}`} type="button" disabled>
              {samples.verb}
            </button>
          ))}
        </div>
      </Specimen>
      <Specimen name={names.choices}>
        <div class="stack">
          <ThemeSwitch theme="system" next="/design" />
          <LanguageChoice next="/design" labelId="language" />
        </div>
      </Specimen>
      <Specimen name={names.links}>
        <div class="specimen-row">
          <a class="link" href="/design">
            {samples.verb}
          </a>
          <Tags tags={[samples.tag, samples.site]} list="/devices" />
          <KeyCaps keys="mod+K" read />
          <KeyCaps keys="g s" read />
        </div>
      </Specimen>
      <Specimen name={names.command}>
        <Command text={samples.command} name={samples.site} />
        <QrCode text={samples.command} hint={samples.site} />
      </Specimen>
      <Specimen name={names.search}>
        <SearchForm action="/design" label={names.search} q={undefined}>
          <Choice name="a" label={samples.tag} value={undefined} choices={[["a", samples.site]]} />
          <Choice name="b" label={samples.tag} value="a" choices={[["a", samples.site]]} />
          <SortChoice fields={{ name: samples.site }} />
        </SearchForm>
      </Specimen>
      <Specimen name={names.picker}>
        <PickFound
          name="picked"
          label={samples.site}
          found={{
            picked: [{ value: "a", label: samples.site }],
            ...{
              others: "",
              q: "",
              total: 60,
              items: [{ value: "b", label: samples.device, note: samples.tag }],
            },
          }}
          check="/design"
          error={samples.refusal}
        />
      </Specimen>
      <Specimen name={names.icons}>
        <div class="specimen-row">
          {(Object.keys(ICONS) as IconName[]).map((name) => (
            <Icon key={name} name={name} large />
          ))}
        </div>
      </Specimen>
    </Section>
  );
}

export function Forms() {
  const words = useWords();
  const { forms: names, samples } = words.design;
  const refused = [{ path: "refused", message: samples.refusal }];
  return (
    <Section id="forms" title={names.title} text={names.text}>
      <Specimen name={names.fields}>
        <form class="form">
          <Version of={samples.tag} />
          <TextField name="plain" label={samples.site} value={samples.device} />
          <TextField name="hinted" label={samples.site} hint={samples.reason} placeholder={samples.device} />
          <TextField
            name="refused"
            label={samples.site}
            value={samples.long}
            error={errorOf(refused, "refused")}
          />
          <Field name="disabled" label={names.disabled}>
            <input
              class="input"
              id="disabled"
              disabled
              value={samples.device}
              {...describedBy({ name: "disabled" })}
            />
          </Field>
          <Field name="chosen" label={names.choice}>
            <select class="select" id="chosen">
              <option>{samples.site}</option>
            </select>
          </Field>
          <label class="check">
            <input type="checkbox" checked /> {samples.tag}
          </label>
        </form>
      </Specimen>
      <Specimen name={names.labels}>
        <form class="form">
          <LabelFields
            values={{ tags: samples.tag, customAttributes: "" }}
            errors={[{ path: "customAttributes", message: samples.refusal }]}
          />
        </form>
      </Specimen>
      <Specimen name={names.refused}>
        <div class="stack">
          <FormProblem title="" text="" code="auth.wrong-credentials" />
          <FormProblem title={samples.long} text={samples.reason} />
        </div>
      </Specimen>
    </Section>
  );
}
