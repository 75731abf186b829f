import type { ConfigValues } from "../../protocol/config/device-config.ts";
import { numberSetting, type Setting, type Settings } from "./setting.ts";

/** What a payment terminal is told of its payment gateway, in `config/desired` or with `update-payment-config`. */

const addressSetting: Setting = (value) =>
  typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "https:"
    ? null
    : "must be an address that begins with https://";

const merchantSetting: Setting = (value) =>
  typeof value === "string" && /^[A-Za-z0-9-]{3,40}$/.test(value)
    ? null
    : "must be 3 to 40 letters, digits and hyphens";

export const PAYMENT_SETTINGS: Settings = {
  paymentGateway: addressSetting,
  merchantId: merchantSetting,
  paymentTimeoutSeconds: numberSetting(1, 120, "s"),
};

/** The part of a configuration that the payment gateway has a say in. */
export function paymentPart(config: ConfigValues): ConfigValues {
  return Object.fromEntries(Object.entries(config).filter(([name]) => Object.hasOwn(PAYMENT_SETTINGS, name)));
}
