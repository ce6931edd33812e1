import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { inject } from 'vitest';

/** Runs statements as the owner of the server's database: for what no form makes in a test's time. */
export function runSql(statements: string): void {
  const [folder] = readFileSync(join(inject('data'), 'postgres.socket'), 'utf8').split('\n');
  const arguments_ = ['--quiet', '--no-psqlrc', '--single-transaction', '--set=ON_ERROR_STOP=1', `--host=${folder}`, '--username=banyan_owner', 'banyan'];
  execFileSync('psql', arguments_, { input: statements, stdio: ['pipe', 'ignore', 'inherit'] });
}
