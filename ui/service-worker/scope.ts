/** What a service worker finds around itself, as far as ours uses it: the types of pages do not have it. */
export interface WorkerScope {
  caches: CacheStorage;
  clients: {
    claim(): Promise<void>;
    matchAll(of: { type: "window"; includeUncontrolled: boolean }): Promise<WindowClient[]>;
    openWindow(url: string): Promise<WindowClient | null>;
  };
  registration: ServiceWorkerRegistration;
  location: { origin: string };
  navigator: { setAppBadge?(count: number): Promise<void>; clearAppBadge?(): Promise<void> };
  fetch: typeof fetch;
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "push", listener: (event: PushEvent) => void): void;
  addEventListener(
    type: "notificationclick" | "notificationclose",
    listener: (event: NotificationEvent) => void,
  ): void;
  addEventListener(type: "pushsubscriptionchange", listener: (event: SubscriptionChange) => void): void;
}

export interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends LastingEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface PushEvent extends LastingEvent {
  data: { text(): string } | null;
}

interface NotificationEvent extends LastingEvent {
  notification: Notification;
  /** The button that was pressed; empty for the notification itself. */
  action: string;
}

/** Firefox tells both, Chromium at most the old one, and a browser may tell neither. */
export interface SubscriptionChange extends LastingEvent {
  oldSubscription?: PushSubscription | null;
  newSubscription?: PushSubscription | null;
}

export interface WindowClient {
  url: string;
  focus(): Promise<WindowClient>;
}
