import type { Page } from "../../protocol/api/list.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { ConfigLayer, ConfigVersion } from "../../protocol/config/layers.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { FormProblem } from "../components/field.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import { typeLabel } from "../words/words.ts";
import { ConfigForm } from "./config-form.tsx";
import { ConfigHistory } from "./config-history.tsx";

/** Whose devices a layer is for. */
export type ConfigLayerPlace =
  | { level: "organization"; name: string }
  | { level: "type"; type: string }
  | { level: "site"; id: string; name: string };

export interface LayerForm {
  /** The type whose fields they are; null for none. */
  of: string | null;
  /** The types of its devices that have fields. */
  types: readonly string[];
  /** What the layer of that type wants: it counts before this one. */
  later: ConfigValues;
}

export interface ConfigLayerProps {
  place: ConfigLayerPlace;
  /** The types of devices there are, for the way to their layers. */
  types: readonly string[];
  layer: ConfigLayer;
  /** Which fields the form has, where the layer is for devices of several types. */
  form: LayerForm;
  /** What was typed into the form; null for the layer as it is. */
  typed: Readonly<Record<string, string>> | null;
  version: string;
  history: Page<ConfigVersion>;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

/** What is wanted of all devices, of a type's or of a site's. */
export function configLayerPage(props: ConfigLayerProps): LocalView {
  const { place, history, form } = props;
  const base = place.level === "site" ? `/sites/${place.id}/configuration` : "/settings/configuration";
  const fields = place.level === "type" ? { type: place.type } : {};
  const page = place.level === "type" ? typeUrl(place.type) : formUrl(base, form.of ?? "");
  const isOfTypes = place.level !== "type" && form.types.length > 0;
  return (words) => ({
    title: titleOf(words, place),
    section: place.level === "site" ? "sites" : "settings",
    crumbs: crumbsOf(words, place),
    body: (
      <>
        <PageHead
          title={titleOf(words, place)}
          text={words.configuration.explained}
          actions={
            <a class="button" href={driftedUrl(place)}>
              {words.configuration.drifted}
            </a>
          }
        />
        {place.level === "site" ? null : <Layers {...props} />}
        {props.problem === null ? null : <FormProblem {...props.problem} />}
        <Allowed to="device:write">
          <ConfigForm
            {...props}
            action={base}
            check={`${base}/check`}
            fields={isOfTypes ? { ...fields, for: form.of ?? "" } : fields}
            type={place.level === "type" ? place.type : form.of}
            later={form.later}
            choice={isOfTypes ? <FormChoice base={base} form={form} /> : null}
          />
        </Allowed>
        <ConfigHistory history={history} revert={`${base}/revert`} fields={fields} page={page} />
      </>
    ),
  });
}

function Layers({ place, types }: ConfigLayerProps) {
  const words = useWords();
  const links = [
    { href: "/settings/configuration", label: words.configuration.allDevices, here: place.level !== "type" },
    ...types.map((type) => ({
      href: typeUrl(type),
      label: typeLabel(words, type),
      here: place.level === "type" && place.type === type,
    })),
  ];
  return (
    <Panel title={words.configuration.layer}>
      <nav class="config-layers" aria-label={words.configuration.layer}>
        {links.map(({ href, label, here }) => (
          <a
            key={href}
            class={here ? "button primary" : "button"}
            href={href}
            aria-current={here ? "page" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
    </Panel>
  );
}

/** Which fields the form has: those of a type, or what it all is, as JSON. */
function FormChoice({ base, form }: { base: string; form: LayerForm }) {
  const words = useWords();
  const { configuration } = words;
  const links = [
    ...form.types.map((type) => [type, typeLabel(words, type)] as const),
    ["", configuration.wholeAsJson] as const,
  ];
  return (
    <nav class="config-layers" aria-label={configuration.fieldsOf}>
      {links.map(([type, label]) => (
        <a
          key={type}
          class={type === (form.of ?? "") ? "button primary" : "button"}
          href={formUrl(base, type)}
          aria-current={type === (form.of ?? "") ? "true" : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

const formUrl = (base: string, type: string) => `${base}?for=${encodeURIComponent(type)}`;
const typeUrl = (type: string) => `/settings/configuration?type=${encodeURIComponent(type)}`;

function driftedUrl(place: ConfigLayerPlace): string {
  const of = { organization: "", type: "", site: "" };
  if (place.level === "type") of.type = `&type=${encodeURIComponent(place.type)}`;
  if (place.level === "site") of.site = `&site=${place.id}`;
  return `/devices?config=drifted${of[place.level]}`;
}

function titleOf(words: Words, place: ConfigLayerPlace): string {
  const { configuration } = words;
  if (place.level === "organization") return configuration.ofAll(place.name);
  return place.level === "site"
    ? configuration.ofSite(place.name)
    : configuration.ofType(typeLabel(words, place.type));
}

function crumbsOf({ configuration, settings, sites, devices }: Words, place: ConfigLayerPlace) {
  return place.level === "site"
    ? [
        { label: sites.title, href: "/sites" },
        { label: place.name, href: `/sites/${place.id}` },
        { label: devices.tabs.configuration },
      ]
    : [{ label: settings.settings, href: "/settings" }, { label: configuration.title }];
}
