import type { Page } from "../../protocol/api/list.ts";
import type { Result } from "../../protocol/errors.ts";
import type {
  DeadLetterQuery,
  Delivery,
  DeliveryDetail,
  DeliveryQuery,
  Replay,
} from "../../protocol/notifications/delivery-view.ts";
import type {
  InboxItem,
  InboxQuery,
  MarkRead,
  NotificationSettings,
  Topics,
  Unread,
} from "../../protocol/notifications/inbox.ts";
import type {
  Notification,
  NotificationDetail,
  NotificationInput,
  NotificationQuery,
  Preview,
  PreviewInput,
} from "../../protocol/notifications/notification.ts";
import type { ReceiptReport } from "../../protocol/notifications/receipt-report.ts";
import type { Stats, StatsQuery } from "../../protocol/notifications/statistics.ts";
import type { Template, TemplateInput, TemplateQuery } from "../../protocol/notifications/template.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Engine } from "./engine/engine.ts";
import type { EngineParts } from "./engine/engine-parts.ts";
import { createReceiptTaking } from "./engine/receipt-taking.ts";
import { createHistory } from "./history.ts";
import { createInbox } from "./inbox/inbox.ts";
import { createInboxSettings } from "./inbox/inbox-settings.ts";
import { createMaking } from "./making.ts";
import type { ReachParts } from "./reach/reach.ts";
import type { TakeReceipt } from "./receipts.ts";
import { createStatistics } from "./statistics/statistics.ts";
import { createTemplates } from "./templates/templates.ts";

/** Notifications to many recipients, now, later or again and again, and what became of each of their deliveries. */
export interface Notifications {
  /** Codes: `request.invalid`; `record.not-found` (the template). */
  create(scope: Scope, input: NotificationInput): Promise<Result<Notification>>;
  /** What it would send, to how many, and who would get nothing. Nothing is made. Codes: as `create`. */
  preview(scope: Scope, input: PreviewInput): Promise<Result<Preview>>;
  list(scope: Scope, query: NotificationQuery): Promise<Result<Page<Notification>>>;
  /** Code: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<NotificationDetail>>;
  /** Codes: `record.not-found`, `request.invalid`. */
  deliveries(scope: Scope, id: string, query: DeliveryQuery): Promise<Result<Page<Delivery>>>;
  /** With all that happened to it. Code: `record.not-found`. */
  delivery(scope: Scope, id: string, delivery: string): Promise<Result<DeliveryDetail>>;
  /** Ends its schedule, and what waits; what is on its way goes on. Codes: `record.not-found`, `notification.wrong-state`. */
  cancel(scope: Scope, id: string): Promise<Result<Notification>>;
  /** What failed, newest first. */
  deadLetters(scope: Scope, query: DeadLetterQuery): Promise<Result<Page<Delivery>>>;
  /** Sends again what failed, expired or was dropped. Code: `record.not-found`. */
  replay(scope: Scope, replay: Replay): Promise<Result<{ replayed: number }>>;
  stats(scope: Scope, query: StatsQuery): Promise<Result<Stats>>;
  templates(scope: Scope, query: TemplateQuery): Promise<Result<Page<Template>>>;
  /** Code: `record.not-found`. */
  template(scope: Scope, id: string): Promise<Result<Template>>;
  /** Codes: `request.invalid`, `record.conflict`. */
  createTemplate(scope: Scope, input: TemplateInput): Promise<Result<Template>>;
  /** What was made from it stays as it is. Codes: `record.not-found`, `request.invalid`, `record.conflict`. */
  updateTemplate(scope: Scope, id: string, input: TemplateInput): Promise<Result<Template>>;
  /** Code: `record.not-found`. */
  removeTemplate(scope: Scope, id: string): Promise<Result<void>>;
  /** Of whoever asks. */
  inbox(scope: Scope, query: InboxQuery): Promise<Result<Page<InboxItem>>>;
  unread(scope: Scope): Promise<Result<Unread>>;
  markRead(scope: Scope, mark: MarkRead): Promise<Result<Unread>>;
  settings(scope: Scope): Promise<Result<NotificationSettings>>;
  changeSettings(scope: Scope, settings: NotificationSettings): Promise<Result<NotificationSettings>>;
  /** All there are, and which of them one subscribed to. */
  topics(scope: Scope): Promise<Result<Topics>>;
  subscribeTopic(scope: Scope, topic: string): Promise<Result<void>>;
  unsubscribeTopic(scope: Scope, topic: string): Promise<Result<void>>;
  /** What somebody says who has the token that came with a message. Code: `record.not-found`. */
  report(report: ReceiptReport): Promise<Result<void>>;
  /** Takes in what gateways say, in the transaction that brought it. */
  takeReceipt: TakeReceipt;
  /** Begins to send what is due. */
  start(): Promise<void>;
  /** Resolves when what is on its way is written down. */
  stop(): Promise<void>;
  /** Resolves when nothing is left to do now. */
  idle(): Promise<void>;
}

/** What people need to be allowed. */
export const NOTIFICATION_NEEDS: Needs<Notifications> = {
  create: "notification:send",
  preview: "notification:send",
  list: "notification:read",
  get: "notification:read",
  deliveries: "notification:read",
  delivery: "notification:read",
  cancel: "notification:send",
  deadLetters: "notification:read",
  replay: "notification:send",
  stats: "notification:read",
  templates: "notification:read",
  template: "notification:read",
  createTemplate: "notification:send",
  updateTemplate: "notification:send",
  removeTemplate: "notification:send",
  inbox: "notification:read",
  unread: "notification:read",
  markRead: "notification:read",
  settings: "notification:read",
  changeSettings: "notification:read",
  topics: "notification:read",
  subscribeTopic: "notification:read",
  unsubscribeTopic: "notification:read",
};

export interface NotificationParts extends EngineParts {
  engine: Engine;
  /** What words of receipts are made with. */
  secret: string;
  sendsBy: ReachParts["sendsBy"];
}

export function createNotifications(parts: NotificationParts): Notifications {
  const { engine } = parts;
  return {
    ...createMaking(parts),
    ...createHistory(parts),
    ...createStatistics(parts),
    ...createTemplates(parts),
    ...createInbox(parts),
    ...createInboxSettings(parts),
    ...createReceiptTaking(parts),
    start: () => engine.start(),
    stop: () => engine.stop(),
    idle: () => engine.idle(),
  };
}
