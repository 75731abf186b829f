/** What one chunk may hold. The encoder throws a `RangeError` beyond it, the decoder refuses. */

export const CHUNK_READINGS_MAX = 65_536;
/** One for each metric and type of its values. */
export const CHUNK_COLUMNS_MAX = 1_024;
/** Readings times columns: bounds what decoding a few well-made bytes can take in memory and time. */
export const CHUNK_CELLS_MAX = 2_097_152;
/** Names of devices and metrics, in bytes. */
export const CHUNK_NAME_MAX_BYTES = 1_024;
/** A value that is a text, in bytes. */
export const CHUNK_TEXT_MAX_BYTES = 65_536;
