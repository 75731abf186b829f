/** What a browser's push service gave it, as the API takes it. The worker and the page of one's browsers share it. */

export interface SubscribeBody {
  address: object;
  vapidPublicKey?: string;
  /** The endpoint the browser had before. */
  replaces?: string;
  label?: string;
}

/** The body of `POST /api/v1/push/subscribe`. */
export function subscribeBody(subscription: PushSubscription, more: Partial<SubscribeBody>): SubscribeBody {
  const { endpoint, expirationTime = null, keys } = subscription.toJSON();
  const { applicationServerKey } = subscription.options;
  return {
    address: { platform: "web-push", endpoint, expirationTime, keys },
    ...(applicationServerKey === null ? {} : { vapidPublicKey: base64Url(applicationServerKey) }),
    ...more,
  };
}

/** The key that browsers are to subscribe with. Throws when the cloud does not say it. */
export async function presentKey(fetched: typeof fetch): Promise<string> {
  const answer = await fetched("/api/v1/push/vapid-public-key");
  if (!answer.ok) throw new Error(`the cloud answered ${answer.status}`);
  return ((await answer.json()) as { publicKey: string }).publicKey;
}

export function postSubscription(fetched: typeof fetch, body: SubscribeBody): Promise<Response> {
  return fetched("/api/v1/push/subscribe", {
    ...{ method: "POST", body: JSON.stringify(body) },
    headers: { "content-type": "application/json" },
  });
}

function base64Url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
