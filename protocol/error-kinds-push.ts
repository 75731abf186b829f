/** The part of the catalogue (`error-kinds.ts`) that is about notifications, their platforms and their keys. */
export const PUSH_ERRORS = {
  "delivery.transition": {
    status: 409,
    title: "The delivery is not in a state for this",
    hint: "Read it again: its state has changed meanwhile. What is delivered cannot be sent once more; what failed can.",
    retryable: false,
  },
  "notification.wrong-state": {
    status: 409,
    title: "That cannot be done to the notification as it is now",
    hint: "Look at it again: it may have been sent to everybody already, or somebody may have cancelled it meanwhile.",
    retryable: false,
  },
  "push.not-configured": {
    status: 409,
    title: "There are no credentials for this platform",
    hint: "Enter them by PUT /api/v1/push/platforms/{platform}/credentials, or in the service's configuration; docs/notifications.md says where to get them.",
    retryable: false,
  },
  "push.credentials-invalid": {
    status: 422,
    title: "The platform's credentials cannot be used",
    hint: "Nothing was saved. Copy them again from the platform's console, whole; the detail says what is wrong with them.",
    retryable: false,
  },
  "outbound.forbidden": {
    status: 422,
    title: "This service does not send to such an address",
    hint: "Only https addresses on the public internet are sent to. Whoever runs the service may name exceptions by outbound.allowed.",
    retryable: false,
  },
  "secret.unreadable": {
    status: 500,
    title: "A stored secret cannot be opened",
    hint: "The key it was sealed with is missing. Put master.key back into the data directory from its own backup, or enter the secret anew.",
    retryable: false,
  },
} as const;
