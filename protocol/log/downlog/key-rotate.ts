import * as v from "valibot";
import { idSchema } from "../../ids.ts";

/** The gateway is to make itself another key (`protocol/gateways/key-rotation.ts`). */
export const keyRotate = v.object({ kind: v.literal("key.rotate"), rotation: idSchema });
export type KeyRotate = v.InferOutput<typeof keyRotate>;
