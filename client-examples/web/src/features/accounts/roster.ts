import { readFragment } from '../../gql';
import { RosterDocument, type RosterRowFragment, RosterRowFragmentDoc } from '../../gql/graphql';
import { gqlFetch } from '../../shared/api/gqlFetch';
import { csvText } from '../../shared/csv';

const pageSize = 200;

/** The whole roster of one organization, page by page. */
export async function wholeRoster(organization: string): Promise<RosterRowFragment[]> {
  const rows: RosterRowFragment[] = [];
  let after: string | null = null;
  do {
    const answer: Awaited<ReturnType<typeof page>> = await page(organization, after);
    rows.push(...answer.nodes.map((row) => readFragment(RosterRowFragmentDoc, row)));
    after = answer.pageInfo.hasNextPage ? (answer.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return rows;
}

const page = async (organization: string, after: string | null) =>
  (await gqlFetch(RosterDocument, { organization, first: pageSize, after, last: null, before: null })).accountRoster;

/** As a table for a spreadsheet: names to sign in with, never a secret. */
export function rosterCsv(rows: readonly RosterRowFragment[], t: (key: string) => string): string {
  return csvText([
    [t('field.person'), t('field.userName'), t('field.state')],
    ...rows.map((row) => [
      row.person?.name ?? '',
      row.userName ?? '',
      [t(`state.${row.state ?? 'NONE'}`), ...row.flags.map((flag) => t(`flag.${flag}`))].join(' '),
    ]),
  ]);
}
