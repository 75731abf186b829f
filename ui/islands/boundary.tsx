import { Component, type ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { worded } from "../browser/page-words.ts";

interface Props {
  /** Of the island, for whoever has to find out what happened. */
  name: string;
  children: ComponentChildren;
}

/**
 * Stands around an island: what goes wrong in it ends there, is told in its place, and the rest of the page goes on.
 * With other props the island gets another try.
 */
export class Boundary extends Component<Props, { error: unknown }> {
  override state = { error: undefined as unknown };

  override componentDidCatch(error: unknown): void {
    reportError(error);
    this.setState({ error });
  }

  override componentWillReceiveProps(): void {
    if (this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render({ name, children }: Props) {
    const { error } = this.state;
    return error === undefined ? children : <Failure name={name} error={error} />;
  }
}

/** In place of what could not be shown. */
export function Failure({ name, error }: { name: string; error: unknown }) {
  // The copy button is hidden until the code that copies is there.
  useEffect(() => void document.dispatchEvent(new CustomEvent("homepot:part")), []);
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const details = `${name} at ${location.pathname}\n${said}\n${navigator.userAgent}`;
  return (
    <div class="notice failure" role="alert">
      <p>{worded("notShown")}</p>
      <button class="button" type="button" onClick={() => location.reload()}>
        {worded("reload")}
      </button>
      <button class="button quiet" type="button" data-copy={details} hidden>
        {worded("copyDetails")}
      </button>
    </div>
  );
}
