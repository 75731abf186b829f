import * as v from "valibot";
import { idSchema } from "../ids.ts";

/** What the devices of an organisation can be filtered by: values that at least one of them has. */
export const deviceChoicesSchema = v.pipe(
  v.object({
    sites: v.array(v.object({ id: idSchema, name: v.string() })),
    types: v.array(v.string()),
    tags: v.array(v.string()),
    firmware: v.array(v.string()),
  }),
  v.metadata({ ref: "DeviceChoices" }),
);
export type DeviceChoices = v.InferOutput<typeof deviceChoicesSchema>;
