/** The newest step of the clock, a start of the gateway among them, when the last session with the cloud began. */
export const migration010 = `
ALTER TABLE identity ADD COLUMN session_step INTEGER NOT NULL DEFAULT 0;
`;
