import type { Value } from "../../protocol/telemetry/reading.ts";
import { useWords } from "../words/use-words.ts";
import { formatValue } from "../words/words.ts";

/** A value that programs exchange, as people read it: a flat object as names with values. Only what is nested stays JSON. */
export function Told({ value }: { value: unknown }) {
  if (value === null || value === undefined) return null;
  if (isPlain(value)) return <Plain value={value} />;
  const entries = Object.entries(value);
  if (!entries.every((entry): entry is [string, Value] => isPlain(entry[1])))
    return <pre class="payload">{JSON.stringify(value, null, 2)}</pre>;
  return (
    <ul class="told">
      {entries.map(([name, of]) => (
        <li key={name}>
          {Array.isArray(value) ? null : <code class="muted">{name}</code>} <Plain value={of} />
        </li>
      ))}
    </ul>
  );
}

const isPlain = (value: unknown): value is Value => ["string", "number", "boolean"].includes(typeof value);

/** What has lines keeps them. */
function Plain({ value }: { value: Value }) {
  const text = formatValue(useWords(), value);
  return text.includes("\n") ? <pre class="payload">{text}</pre> : <code>{text}</code>;
}
