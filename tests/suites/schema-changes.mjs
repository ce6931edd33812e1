// The schema that was released, against the schema of today: nothing may break a client that was written
// for the released one, but for what had been announced there as deprecated, and for long enough.
//
// A reason of deprecation ends with its period, as "Use `other`. Since 2026-11-29, until 2027-05-28.": at least so many
// days, and what is deprecated goes after the last of them (CONTRIBUTING.md).
//
// released.graphql is replaced at every release and at no other time.
import { readFileSync } from "node:fs";
import { buildSchema, findBreakingChanges, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { check, ensure, finish } from "./report.mjs";

const DAYS = 180;
const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const [released, today] = [read("released.graphql"), read("../../schema.graphql")];

/** First and last day of a deprecation; null for a reason that does not say. */
function periodOf(reason) {
  const days = /\bSince (?<since>\d{4}-\d{2}-\d{2}), until (?<until>\d{4}-\d{2}-\d{2})\.$/.exec(reason ?? "")?.groups;
  if (!days) return null;
  const period = { since: Date.parse(days.since), until: Date.parse(days.until) };
  return Number.isNaN(period.since + period.until) ? null : period;
}

const lasts = (period) => (period.until - period.since) / 86_400_000;

/** What breaks, without what the older schema had deprecated until a day that has passed. */
function broken(older, newer, now = Date.now()) {
  const schema = buildSchema(older);
  return findBreakingChanges(schema, buildSchema(newer))
    .map((change) => change.description)
    .filter((description) => {
      const period = periodOf(reasonOf(schema, description));
      return !(period && lasts(period) >= DAYS && period.until < now);
    });
}

/** Why a removed field or enum value had been deprecated; the description begins with its name. */
function reasonOf(schema, description) {
  const removed = /^(?<type>\w+)\.(?<member>\w+) was removed|^(?<value>\w+) was removed from enum type (?<list>\w+)/.exec(description);
  if (!removed) return null;
  const { type, member, value, list } = removed.groups;
  if (value) return schema.getType(list)?.getValue?.(value)?.deprecationReason;
  return schema.getType(type)?.getFields?.()[member]?.deprecationReason;
}

/** Everything that a schema has deprecated, with its reason. */
function deprecated(text) {
  const members = (type) => {
    if (isEnumType(type)) return type.getValues();
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
    const fields = Object.values(type.getFields());
    return [...fields, ...fields.flatMap((field) => field.args ?? [])];
  };
  return Object.values(buildSchema(text).getTypeMap())
    .filter((type) => !type.name.startsWith("__"))
    .flatMap((type) => members(type).map(({ name, deprecationReason }) => ({ name: `${type.name}.${name}`, reason: deprecationReason })))
    .filter(({ reason }) => reason != null);
}

/** Deprecations that do not say for how long, or not for long enough. */
const hasty = (text) =>
  deprecated(text).filter(({ reason }) => {
    const period = periodOf(reason);
    return !period || lasts(period) < DAYS;
  });

await check("the released schema still works", () => {
  const changes = broken(released, today);
  ensure(changes.length === 0, changes.join("; "));
});

await check("what is deprecated says until when", () => {
  const found = hasty(today);
  ensure(found.length === 0, found.map(({ name, reason }) => `${name}: ${reason}`).join("; "));
});

// A check that cannot fail proves nothing.
const without = released.replace(/\n\t"""\n\tVersion of the program\.\n\t"""\n\tversion: String!/, "");
const deprecating = (reason) => released.replace("\tversion: String!\n", `\tversion: String! @deprecated(reason: "${reason}")\n`);

await check("a removed field is found", () => {
  ensure(without !== released, "the field to remove was not found");
  ensure(broken(released, without).length === 1, "a removed field passed");
});

await check("a removed field that had been deprecated for its time is allowed, and an earlier one is not", () => {
  const announced = deprecating("Use another. Since 2026-01-01, until 2026-06-30.");
  ensure(announced !== released, "the field to deprecate was not found");
  ensure(broken(announced, without, Date.parse("2026-07-01T01:00:00Z")).length === 0, "it was not allowed");
  ensure(broken(announced, without, Date.parse("2026-06-29")).length === 1, "it was allowed before its day");
  ensure(broken(deprecating("Use another."), without).length === 1, "a field without a day was allowed");
});

await check("a hasty deprecation is found", () => {
  ensure(hasty(deprecating("Use another. Since 2026-01-01, until 2026-06-30.")).length === 0, "half a year was too short");
  for (const reason of ["Use another.", "Since 2026-01-01, until 2026-06-29.", "Use it. Since 2026-01-01, until 2026-13-45."]) {
    ensure(hasty(deprecating(reason)).length === 1, `${reason} passed`);
  }
});

finish();
