// The schema that was released, against the schema of today: nothing may break a client that was written
// for the released one, but for what had been announced there as deprecated.
//
// released.graphql is replaced at every release and at no other time.
import { readFileSync } from "node:fs";
import { buildSchema, findBreakingChanges } from "graphql";
import { check, ensure, finish } from "./report.mjs";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const [released, today] = [read("released.graphql"), read("../../schema.graphql")];

/** What breaks, without what the older schema had deprecated. */
function broken(older, newer) {
  const schema = buildSchema(older);
  return findBreakingChanges(schema, buildSchema(newer))
    .map((change) => change.description)
    .filter((description) => !wasDeprecated(schema, description));
}

/** Whether a removed field or enum value had been deprecated; the description begins with its name. */
function wasDeprecated(schema, description) {
  const removed = /^(?<type>\w+)\.(?<member>\w+) was removed|^(?<value>\w+) was removed from enum type (?<list>\w+)/.exec(description);
  if (!removed) return false;
  const { type, member, value, list } = removed.groups;
  if (value) return schema.getType(list)?.getValue?.(value)?.deprecationReason != null;
  return schema.getType(type)?.getFields?.()[member]?.deprecationReason != null;
}

await check("the released schema still works", () => {
  const changes = broken(released, today);
  ensure(changes.length === 0, changes.join("; "));
});

// A check that cannot fail proves nothing.
await check("a removed field is found", () => {
  const without = released.replace(/\n\t"""\n\tVersion of the program\.\n\t"""\n\tversion: String!/, "");
  ensure(without !== released, "the field to remove was not found");
  ensure(broken(released, without).length === 1, "a removed field passed");
});

await check("a removed field that had been deprecated is allowed", () => {
  const deprecated = released.replace("\tversion: String!\n", '\tversion: String! @deprecated(reason: "Use another.")\n');
  ensure(deprecated !== released, "the field to deprecate was not found");
  const without = released.replace(/\n\t"""\n\tVersion of the program\.\n\t"""\n\tversion: String!/, "");
  ensure(broken(deprecated, without).length === 0, "it was not allowed");
});

finish();
