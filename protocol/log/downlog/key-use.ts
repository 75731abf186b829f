import * as v from "valibot";
import { idSchema } from "../../ids.ts";

/** The cloud has the key that the gateway made for this rotation, and the gateway is to be known by it from now on. */
export const keyUse = v.object({ kind: v.literal("key.use"), rotation: idSchema });
export type KeyUse = v.InferOutput<typeof keyUse>;
