import { renderSVG } from "uqr";
import { useWords } from "../words/use-words.ts";

/** A text for the camera of a phone. White below it in both themes: many readers take no inverted codes. */
export function QrCode({ text, hint }: { text: string; hint: string }) {
  const { gateways } = useWords();
  return (
    <figure class="qr-code">
      <div role="img" aria-label={gateways.qrCode} dangerouslySetInnerHTML={{ __html: drawn(text) }} />
      <figcaption class="muted">{hint}</figcaption>
    </figure>
  );
}

function drawn(text: string): string {
  return renderSVG(text, { border: 2 });
}
