// Starts the server with made-up data in a folder of its own, and ends it whatever happens.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    base: string;
    /** The server's data folder. */
    data: string;
    /** The one-time link of `banyan bootstrap`. */
    firstAdministrator: string;
  }
}

const binary = process.env.BANYAN_BIN ?? resolve('../../target/debug/banyan');
const people = '3000';
/** Code of the district committee that gets a first administrator. */
const bootstrapped = '500101';
const patienceMs = 60_000;

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
  });
}

async function answers(url: string, server: ChildProcess, log: string): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}\n${readFileSync(log, 'utf8')}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`no answer from ${url}`);
}

function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((gone) => {
    const last = setTimeout(() => server.kill('SIGKILL'), 15_000);
    server.once('exit', () => {
      clearTimeout(last);
      gone();
    });
    server.kill('SIGTERM');
  });
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-e2e-'));
  const data = join(folder, 'data');
  let server: ChildProcess | undefined;
  const teardown = async () => {
    if (server) await stopped(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    execFileSync(binary, ['demo', '--people', people, '--data-dir', data], { stdio: ['ignore', 'ignore', 'inherit'] });
    const port = await freePort();
    // A security key's domain may be localhost and no address.
    const base = `http://localhost:${port}`;
    const bootstrap = ['bootstrap', '--organization', bootstrapped, '--name', '首位管理员', '--origin', base, '--data-dir', data];
    const link = execFileSync(binary, bootstrap, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' }).trim();
    const log = join(folder, 'server.log');
    server = spawn(binary, ['serve', '--demo', '--listen', `127.0.0.1:${port}`, '--data-dir', data], {
      stdio: ['ignore', 'ignore', openSync(log, 'w')],
      // A move of five organizations is large here, so that one can be watched.
      env: { ...process.env, BANYAN_ORIGIN: base, BANYAN_MOVE_AT_ONCE: '4' },
    });
    // When the run is broken off, the server still hears of it, and ends its database.
    process.once('exit', () => server?.kill('SIGTERM'));
    await answers(`${base}/session`, server, log);
    project.provide('base', base);
    project.provide('data', data);
    project.provide('firstAdministrator', link);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}
