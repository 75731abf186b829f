/**
 * The dashboard as HTML. Each page is a function from what the API knows to a {@link View}; `renderPage` puts it into
 * its frame as a document. Owns everything people see; promises pages that are complete without script and hold no
 * inline script or style. Never fetches, never reads a store: what it shows is handed to it.
 */

export { hasMacKeys } from "./components/key-caps.tsx";
export { FOUND_SHOWN, type Found, type PickItem } from "./components/pick-found.tsx";
export { SEGMENTS_MAX, type Segment } from "./components/rollout-bar.tsx";
export { fixedPage } from "./layout/fixed-page.tsx";
export { type Frame, type LocalView, THEME_COOKIE, type Theme, themeOf, type View } from "./layout/frame.ts";
export { changedLists, LISTS_COOKIE, listsOf, listsText } from "./layout/lists.tsx";
export { type Notice, noticeSchema } from "./layout/notices.ts";
export { renderPage } from "./layout/page.tsx";
export { SHORTCUTS_COOKIE, shortcutsOf } from "./layout/shortcuts.tsx";
export { zoneOf } from "./layout/zone.ts";
export {
  forgotPasswordPage,
  loginPage,
  resetPasswordPage,
  setupPage,
  signupPage,
} from "./pages/account-pages.tsx";
export { type ApiDocument, apiPage } from "./pages/api-page.tsx";
export { auditPage } from "./pages/audit-page.tsx";
export { type ConfigLayerPlace, configLayerPage } from "./pages/config-layer-page.tsx";
export {
  configSchemaPage,
  SCHEMA_COLUMNS,
  type SchemaRow,
} from "./pages/config-schema-page.tsx";
export { deletedDevicesPage } from "./pages/deleted-devices-page.tsx";
export { deletedSitesPage } from "./pages/deleted-sites-page.tsx";
export { designPage } from "./pages/design-page.tsx";
export { type DeviceAddValues, deviceAddPage } from "./pages/device-add-page.tsx";
export { type DeviceBulkProps, deviceBulkPage } from "./pages/device-bulk-page.tsx";
export { type DeviceDetailsValues, deviceConfigPage } from "./pages/device-config-page.tsx";
export { deviceJobsPage } from "./pages/device-jobs-page.tsx";
export { deviceListPage } from "./pages/device-list-page.tsx";
export { deviceNotificationsPage } from "./pages/device-notifications-page.tsx";
export { devicePage, firstChart } from "./pages/device-page.tsx";
export { errorListPage } from "./pages/error-list-page.tsx";
export { errorPage } from "./pages/error-pages.tsx";
export { renderFieldProblems } from "./pages/field-problems.tsx";
export { type FirmwareListProps, firmwareListPage } from "./pages/firmware/firmware-list-page.tsx";
export { type FirmwareValues, firmwareUploadPage } from "./pages/firmware/firmware-upload-page.tsx";
export { gatewayAddPage, gatewayClaimPage } from "./pages/gateway-add-page.tsx";
export { gatewayListPage } from "./pages/gateway-list-page.tsx";
export { gatewayPage } from "./pages/gateway-page.tsx";
export { type ImportProps, importPage } from "./pages/import-page.tsx";
export { invitationPage } from "./pages/invitation-page.tsx";
export { executionPage } from "./pages/jobs/execution-page.tsx";
export {
  type JobFinds,
  type JobFormChoices,
  type JobFormValues,
  type JobRuns,
  jobFormPage,
} from "./pages/jobs/job-form-page.tsx";
export { type JobFormTargets, jobKindPage } from "./pages/jobs/job-kind-page.tsx";
export { jobListPage } from "./pages/jobs/job-list-page.tsx";
export { jobPage } from "./pages/jobs/job-page.tsx";
export { jobQueuePage } from "./pages/jobs/job-queue-page.tsx";
export { membersPage } from "./pages/members-page.tsx";
export { mergePage } from "./pages/merge-page.tsx";
export { organizationNamePage, ownNamePage } from "./pages/name-pages.tsx";
export { type ComposerValues, composerPage } from "./pages/notifications/composer-page.tsx";
export { deadLettersPage } from "./pages/notifications/dead-letters-page.tsx";
export { deliveryPage } from "./pages/notifications/delivery-page.tsx";
export { type EndpointsProps, endpointsPage } from "./pages/notifications/endpoints-page.tsx";
export { inboxPage } from "./pages/notifications/inbox-page.tsx";
export { notificationListPage } from "./pages/notifications/notification-list-page.tsx";
export { notificationPage } from "./pages/notifications/notification-page.tsx";
export { type SettingsValues, settingsValues } from "./pages/notifications/notification-settings.tsx";
export {
  CREDENTIAL_FIELDS,
  type KeyedPlatform,
  platformPage,
  SECRET_FIELDS,
} from "./pages/notifications/platform-page.tsx";
export { platformsPage } from "./pages/notifications/platforms-page.tsx";
export { STATISTICS_RANGES, statisticsPage } from "./pages/notifications/statistics-page.tsx";
export { templateListPage } from "./pages/notifications/template-list-page.tsx";
export { TEMPLATE_LANGUAGES, templatePage } from "./pages/notifications/template-page.tsx";
export { offlinePage } from "./pages/offline-page.tsx";
export { overviewPage } from "./pages/overview-page.tsx";
export { passwordPage } from "./pages/password-page.tsx";
export { type RetentionFormValues, retentionPage } from "./pages/retention-page.tsx";
export { type RoleFormValues, roleFormPage } from "./pages/role-form-page.tsx";
export { rolesPage } from "./pages/roles-page.tsx";
export { searchPage } from "./pages/search-page.tsx";
export { settingsPage } from "./pages/settings-page.tsx";
export { shortcutsPage } from "./pages/shortcuts-page.tsx";
export type { FaultValues } from "./pages/simulation-faults.tsx";
export { simulationListPage } from "./pages/simulation-list-page.tsx";
export { simulationPage } from "./pages/simulation-page.tsx";
export {
  OWN_SCENARIO,
  type SimulationStartValues,
  simulationStartPage,
} from "./pages/simulation-start-page.tsx";
export { type SiteFormValues, siteFormPage } from "./pages/site-form-page.tsx";
export { siteListPage } from "./pages/site-list-page.tsx";
export { sitePage } from "./pages/site-page.tsx";
export { safeNext } from "./urls/urls.ts";
export { type Words, wordsOf } from "./words/catalogues.ts";
export { isLanguage, LANGUAGE_COOKIE, languageOf } from "./words/languages.ts";
export { titleOfRole } from "./words/roles.ts";
export { sizeText } from "./words/sizes.ts";
export { markedName } from "./words/states.ts";
