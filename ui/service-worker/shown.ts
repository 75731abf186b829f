/** What the cloud sends to a browser (`cloud/notifications/platforms/web-push.ts`), and what the browser shows of it. */
export interface Pushed {
  id: string;
  title: string;
  body?: string;
  link?: string;
  image?: string;
  category?: string;
  /** The number on the app's icon; 0 takes it away. */
  badge?: number;
  /** A newer message with the same takes the place of an older one. */
  tag?: string;
  data?: Record<string, string>;
  actions?: readonly { id: string; title: string; link?: string }[];
  silent?: boolean;
  requireInteraction?: boolean;
  /** Lets the word about this message in at the cloud; absent when the cloud wants none. */
  receipt?: string;
}

/** Kept with what is shown, for when somebody touches it. */
export interface ShownData {
  receipt: string | null;
  /** Where a tap leads; by the id of a button, or by the empty text for the notification itself. */
  links: Record<string, string>;
  category: string | null;
  data: Record<string, string>;
}

/** The browser's options, of which the types of pages have the common part only. */
export interface ShownOptions extends NotificationOptions {
  image?: string;
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  data: ShownData;
}

const INBOX = "/notifications";
const ICON = "/assets/icon-192.png";

/** Nothing readable came. A browser wants every push to be seen, so that it is shown all the same. */
const UNREADABLE: Pushed = { id: "", title: "HOMEPOT" };

/** Never fails: what is no message of ours is shown as one without words. */
export function readPushed(text: string): Pushed {
  try {
    const value = JSON.parse(text) as Partial<Pushed> | null;
    const isOurs = typeof value?.id === "string" && typeof value.title === "string";
    return isOurs ? (value as Pushed) : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

export function shownOf(pushed: Pushed): { title: string; options: ShownOptions } {
  const { title, body = "", link, image, category, tag, data, actions = [], receipt } = pushed;
  const links = Object.fromEntries(actions.map((action) => [action.id, action.link ?? link ?? INBOX]));
  return {
    title,
    options: {
      ...{ body, icon: ICON, badge: ICON },
      ...(image === undefined ? {} : { image }),
      // A newer one takes the older one's place with a sound; the same one, should it come twice, without.
      ...(tag === undefined ? {} : { tag, renotify: tag !== pushed.id && pushed.silent !== true }),
      ...(pushed.silent === true ? { silent: true } : {}),
      ...(pushed.requireInteraction === true ? { requireInteraction: true } : {}),
      actions: actions.map((action) => ({ action: action.id, title: action.title })),
      data: {
        ...{ receipt: receipt ?? null, links: { ...links, "": link ?? INBOX } },
        ...{ category: category ?? null, data: data ?? {} },
      },
    },
  };
}

/** Where a touch of it leads, as an address of its own. */
export function leadsTo({ links }: ShownData, action: string, origin: string): string {
  return new URL(links[action] ?? links[""] ?? INBOX, origin).href;
}
