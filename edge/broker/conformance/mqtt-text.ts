const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Are these bytes a text of MQTT 3.1.1 section 1.5.3: well-formed UTF-8 (so without surrogates, [MQTT-1.5.3-1]) and
 * without U+0000 [MQTT-1.5.3-2]?
 */
export function isMqttText(bytes: Uint8Array): boolean {
  let plain = true;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    if (byte === 0) return false;
    if (byte >= 0x80) plain = false;
  }
  if (plain) return true;
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
