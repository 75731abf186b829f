/** What one chunk may hold. The encoder throws a `RangeError` beyond it, the decoder refuses. */

export const CHUNK_READINGS_MAX = 65_536;
/** One for each metric and type of its values. */
export const CHUNK_COLUMNS_MAX = 1_024;
/** Values of all metrics together: bounds what decoding a few well-made bytes can allocate. */
export const CHUNK_VALUES_MAX = 1_048_576;
/** Names of devices and metrics, in bytes. */
export const CHUNK_NAME_MAX_BYTES = 1_024;
/** A value that is a text, in bytes. */
export const CHUNK_TEXT_MAX_BYTES = 65_536;
