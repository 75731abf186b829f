import { Icon } from "../components/icon.tsx";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import { type Schema, type Schemas, shapeOf } from "./api-shape.ts";

/** As much of an operation as is shown of it. */
export interface ApiOperation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  "x-permission"?: string;
  "x-errors"?: string[];
  parameters?: Parameter[];
  requestBody?: { content?: Content };
  responses?: Record<string, { description?: string; content?: Content }>;
}

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Props {
  operation: ApiOperation;
  method: string;
  path: string;
  schemas: Schemas;
}

/** One address with one method; opened, it says all that the document says. */
export function Operation({ operation, method, path, schemas }: Props) {
  const { parameters = [], requestBody, responses = {}, "x-errors": errors = [] } = operation;
  const { reference } = useWords();
  const body = schemaOf(requestBody?.content);
  const good = Object.entries(responses).filter(([status]) => Number(status) < 400);
  return (
    <details class="operation" id={`${method}${path}`.match(/[\w.]+/g)?.join("-")}>
      <summary>
        <Icon name="chevron-right" />
        <code class="operation-address">
          <strong>{method.toUpperCase()}</strong> {path}
        </code>
        <span class="operation-summary">{operation.summary ?? ""}</span>
      </summary>
      <div class="operation-body">
        <p class="muted">{needs(reference, operation)}</p>
        {parameters.length === 0 ? null : <Parameters parameters={parameters} schemas={schemas} />}
        {body === undefined ? null : <Shape title={reference.body} schema={body} schemas={schemas} />}
        {good.map(([status, { description, content }]) => {
          const schema = schemaOf(content);
          return schema === undefined ? (
            <section key={status}>
              <h3>{reference.answer(status)}</h3>
              <p class="muted">
                {description === "Done" || description === undefined ? reference.nothing : `${description}.`}
              </p>
            </section>
          ) : (
            <Shape key={status} title={reference.answer(status)} schema={schema} schemas={schemas} />
          );
        })}
        {errors.length === 0 ? null : <Errors codes={errors} responses={responses} />}
      </div>
    </details>
  );
}

function needs(
  reference: Words["reference"],
  { security, "x-permission": permission }: ApiOperation,
): string {
  if (security?.length === 0) return reference.needsNothing;
  if (permission === undefined || permission === "anyone") return reference.needsLogIn;
  return reference.needs(permission);
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

function Parameters({ parameters, schemas }: { parameters: readonly Parameter[]; schemas: Schemas }) {
  return (
    <section>
      <h3>{useWords().reference.parameters}</h3>
      <dl class="parameters">
        {parameters.map(({ name, schema = {}, description, required, ...parameter }) => (
          <div key={`${parameter.in} ${name}`}>
            <dt>
              <code>{name}</code>
              <span class="faint">
                {" "}
                {parameter.in}
                {required === true && parameter.in !== "path" ? useWords().reference.required : ""}
              </span>
            </dt>
            <dd>{description ?? shapeOf(schema, schemas)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Shape({ title, schema, schemas }: { title: string; schema: Schema; schemas: Schemas }) {
  return (
    <section>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre class="shape" tabIndex={0}>
        <code>{shapeOf(schema, schemas)}</code>
      </pre>
    </section>
  );
}

/** The codes by status, each with the way to its page. */
function Errors(props: { codes: readonly string[]; responses: NonNullable<ApiOperation["responses"]> }) {
  const statuses = Object.entries(props.responses).filter(([status]) => Number(status) >= 400);
  return (
    <section>
      <h3>{useWords().reference.refusals}</h3>
      <dl class="parameters">
        {statuses.map(([status, { description = "" }]) => (
          <div key={status}>
            <dt class="number">{status}</dt>
            <dd>
              {props.codes
                .filter((code) => description.includes(`\`${code}\``))
                .map((code) => (
                  <a key={code} class="link" href={`/docs/errors#${code}`}>
                    <code>{code}</code>
                  </a>
                ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
