/** The mark of the entry at the downlog's cursor, by which a cloud restored from a backup is known. */
export const migration009 = `
ALTER TABLE identity ADD COLUMN downlog_mark INTEGER;
`;
