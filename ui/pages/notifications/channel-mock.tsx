import type { Preview } from "../../../protocol/notifications/notification.ts";
import { BrandMark } from "../../layout/brand.tsx";
import { useWords } from "../../words/use-words.ts";

type OnChannel = Preview["channels"][number];

/** How many buttons each shows of its own accord; an iPhone shows those of the app's category. */
const BUTTONS_SHOWN: Partial<Record<OnChannel["channel"], number>> = { "web-push": 2, wns: 4 };

/** A message as it looks where it arrives, as far as that can be known. */
export function ChannelMock({ of }: { of: OnChannel }) {
  const { composer } = useWords();
  const { channel, message, payload } = of;
  if (channel === "mqtt") return <pre class="payload mock">{indented(payload ?? "")}</pre>;
  if (channel === "email")
    return (
      <div class="mock mock-email">
        <p>
          <span class="faint">{composer.subject}</span> <strong>{message.title}</strong>
        </p>
        <p>{message.body}</p>
        {message.link === undefined ? null : <p class="link">{message.link}</p>}
      </div>
    );
  const buttons = message.actions.slice(0, BUTTONS_SHOWN[channel] ?? 0);
  return (
    <div class={`mock mock-${channel}`}>
      <div class="mock-app">
        <BrandMark />
        <span>HOMEPOT</span>
        <span class="mock-now">{composer.now}</span>
      </div>
      <div class="mock-words">
        <strong>{message.title}</strong>
        {message.body === "" ? null : <p>{message.body}</p>}
      </div>
      {message.image === undefined || channel === "apns" ? null : (
        <div class="mock-picture">
          {composer.picture} <code>{message.image}</code>
        </div>
      )}
      {buttons.length === 0 ? null : (
        <div class="mock-buttons">
          {buttons.map(({ id, title }) => (
            <span key={id}>{title}</span>
          ))}
        </div>
      )}
    </div>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
