/** What every route of `/api/v1/notifications` begins with: who may, and where it stands in the document. */
export const READS = { permission: "notification:read", tag: "notifications" } as const;
export const SENDS = { permission: "notification:send", tag: "notifications" } as const;
