// How every suite here says what it found: a line a check that failed, and the count at the end,
// which run.sh adds up.

let passed = 0;
const failures = [];

/** Notes one check; `reason` is empty when it passed. */
export function note(name, reason) {
  if (!reason) {
    passed += 1;
    return;
  }
  failures.push(name);
  console.log(`FAILED ${name}: ${reason}`);
}

/** Runs one check; what it throws is the reason why it failed. */
export async function check(name, work) {
  try {
    await work();
    note(name);
  } catch (error) {
    note(name, error.message);
  }
}

/** Fails with a reason unless something holds. */
export function ensure(holds, reason) {
  if (!holds) throw new Error(reason);
}

/** The last line, and the status of the process. */
export function finish() {
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
