/** Whether the cloud was told the hash of a device's password, which it keeps for a machine that takes this one's place. */
export const migration017 = `
ALTER TABLE device ADD COLUMN password_told INTEGER NOT NULL DEFAULT 0;
`;
