import { type SqlBool, sql } from "kysely";
import { accept, type Result, refuse, refuseField } from "../../../protocol/errors.ts";
import { makeId } from "../../../protocol/ids.ts";
import { BUILT_IN_VARIABLES } from "../../../protocol/notifications/placeholders.ts";
import {
  type Template,
  type TemplateInput,
  unknownVariables,
} from "../../../protocol/notifications/template.ts";
import { cutPage, isAfter, likePattern, orderBy } from "../../database/paging.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";
import { findTemplate, isTaken, specText, toTemplate } from "./template-store.ts";

/** Wordings that notifications are made from. What was made from one stays as it was. */

type Templates = Pick<
  Notifications,
  "templates" | "template" | "createTemplate" | "updateTemplate" | "removeTemplate"
>;

const SORTS = { name: "name", createdAt: "created_ms", updatedAt: "updated_ms" } as const;
const BY_NAME = { column: "name", descending: false } as const;

export function createTemplates({ db, clock, random, note }: NotificationParts): Templates {
  const missing = (id: string) => refuse("record.not-found", `template ${id}`);
  const taken = (name: string) => refuse("record.conflict", `there is a template ${name} already`);

  return {
    async templates({ organizationId }, query) {
      const order = orderBy(query.sort, SORTS, BY_NAME);
      const all = () => {
        const select = db.read
          .selectFrom("notification_template")
          .where("organization_id", "=", organizationId);
        return query.q === undefined || query.q === ""
          ? select
          : select.where(sql<SqlBool>`lower(name) like ${likePattern(query.q)} escape '\\'`);
      };
      const direction = order.descending ? "desc" : "asc";
      let select = all().selectAll().orderBy(order.column, direction).orderBy("id", direction);
      if (query.cursor !== undefined)
        select = select.where(isAfter(sql.ref(order.column), sql.ref("id"), order, query.cursor));
      const rows = await select.limit(query.limit + 1).execute();
      const keyOf = (template: (typeof rows)[number]) => ({ value: template[order.column], id: template.id });
      const { page, nextCursor } = cutPage(rows, query.limit, keyOf);
      const { total } = await all()
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return accept({
        items: page.map(toTemplate),
        nextCursor,
        total,
      });
    },

    async template({ organizationId }, id) {
      const found = await findTemplate(db.read, organizationId, id);
      return found === undefined ? missing(id) : accept(found);
    },

    async createTemplate(scope, input) {
      const complete = checkVariables(input);
      if (!complete.ok) return complete;
      return db.write(async (trx): Promise<Result<Template>> => {
        if (await isTaken(trx, scope.organizationId, input.name, "")) return taken(input.name);
        const nowMs = clock.nowMs();
        const row = {
          ...{ id: makeId(nowMs, random), organization_id: scope.organizationId, name: input.name },
          ...{ spec: specText(input), created_ms: nowMs, updated_ms: nowMs },
        };
        await trx.insertInto("notification_template").values(row).execute();
        const target = { id: row.id, name: row.name };
        await note(trx, scope, { action: "notification-template.create", target, after: input });
        return accept(toTemplate(row));
      });
    },

    async updateTemplate(scope, id, input) {
      const complete = checkVariables(input);
      if (!complete.ok) return complete;
      return db.write(async (trx): Promise<Result<Template>> => {
        const before = await findTemplate(trx, scope.organizationId, id);
        if (before === undefined) return missing(id);
        if (await isTaken(trx, scope.organizationId, input.name, id)) return taken(input.name);
        const row = await trx
          .updateTable("notification_template")
          .set({ name: input.name, spec: specText(input), updated_ms: clock.nowMs() })
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirstOrThrow();
        const target = { id, name: input.name };
        await note(trx, scope, { action: "notification-template.update", target, before, after: input });
        return accept(toTemplate(row));
      });
    },

    async removeTemplate(scope, id) {
      return db.write(async (trx): Promise<Result<void>> => {
        const before = await findTemplate(trx, scope.organizationId, id);
        if (before === undefined) return missing(id);
        await trx.deleteFrom("notification_template").where("id", "=", id).execute();
        const target = { id, name: before.name };
        await note(trx, scope, { action: "notification-template.delete", target, before });
        return accept(undefined);
      });
    },
  };
}

/** Every place must be filled by something that is declared. */
function checkVariables(input: TemplateInput): Result<void> {
  for (const [language, message] of Object.entries(input.messages)) {
    const [unknown] = unknownVariables(
      { ...input, messages: { [language]: message } },
      {},
      BUILT_IN_VARIABLES,
    );
    if (unknown !== undefined)
      return refuseField(
        `messages.${language}`,
        `has a place for ${unknown}, which is not among the variables`,
      );
  }
  return accept(undefined);
}
