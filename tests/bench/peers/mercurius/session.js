// One request, one connection, one transaction, one scope.
import pg from 'pg';
import { connections, database, settings } from '../scope.js';

const DATE = 1082;
pg.types.setTypeParser(DATE, (text) => text);

// Statements of one request go out without waiting for one another.
const pool = new pg.Pool({ ...database, max: connections, min: connections, idleTimeoutMillis: 0, pipeline: true });

const scoped = Object.entries(settings)
  .map(([name, value]) => `SET LOCAL ${name} = '${value}'`)
  .join('; ');
const OPENING = {
  query: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${scoped}`,
  mutation: `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${scoped}`,
};

export class Session {
  #client;
  #opened;
  #writes;

  static async begin(operation) {
    const session = new Session();
    session.#writes = operation === 'mutation';
    session.#client = await pool.connect();
    session.#opened = session.#client.query(OPENING[operation]);
    // Whoever waits for the first row learns of it.
    session.#opened.catch(() => {});
    return session;
  }

  // A statement; with a name it is prepared once on a connection.
  async rows({ inOrder, ...statement }, values) {
    if (!inOrder) return (await this.#client.query({ ...statement, values })).rows;
    // Organization by organization until the page is full: the planner, which cannot know how many people there are
    // behind each, would read and sort all of them.
    this.#client.query('SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off').catch(() => {});
    const asked = this.#client.query({ ...statement, values });
    this.#client.query('SET LOCAL enable_sort = on; SET LOCAL enable_bitmapscan = on').catch(() => {});
    return (await asked).rows;
  }

  async end(failed) {
    const client = this.#client;
    const ended = client.query(failed ? 'ROLLBACK' : 'COMMIT').then(
      () => client.release(),
      (error) => {
        client.release(error);
        throw error;
      },
    );
    // What was read is good already; what was written is written when it is committed.
    if (this.#writes) await ended;
    else ended.catch(() => {});
  }
}
