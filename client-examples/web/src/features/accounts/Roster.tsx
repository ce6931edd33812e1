import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { RosterDocument, type RosterRowFragment, RosterRowFragmentDoc } from '../../gql/graphql';
import { AccountTags } from '../../shared/accounts/AccountTags';
import { useGql } from '../../shared/api/queries';
import { download } from '../../shared/csv';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { FailureView } from '../../shared/ui/FailureView';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { rosterCsv, wholeRoster } from './roster';

/** Login names of one organization's people for handing out (A14): to print, or as a file. */
export function Roster({ organization }: { organization: string }) {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const [state] = useUrlState();
  const [whole, setWhole] = useState<RosterRowFragment[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const answer = useGql('accounts', RosterDocument, { organization, ...pageArguments(state) }, { keepPrevious: true });
  const list = answer.data?.accountRoster;
  const rows = (list?.nodes ?? []).map((row) => readFragment(RosterRowFragmentDoc, row));

  const withAll = async (use: (all: RosterRowFragment[]) => void) => {
    setBusy(true);
    setFailure(null);
    try {
      use(await wholeRoster(organization));
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const print = (all: RosterRowFragment[]) => {
    flushSync(() => setWhole(all));
    window.print();
    setWhole(null);
  };

  return (
    <>
      <FailureView failure={failure} />
      <p className="bn-hint bn-gap">{t('roster.explanation')}</p>
      <Panel flush>
        <CursorTable
          label={t('tab.roster')}
          rows={whole ?? rows}
          rowKey={(row) => row.person?.id ?? row.userName ?? ''}
          loading={answer.isPending || answer.isPlaceholderData}
          failure={answer.error}
          retry={() => void answer.refetch()}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          totalText={(total) => t('roster.total', { total })}
          actions={
            <>
              <Button
                icon={<DownloadOutlined aria-hidden />}
                loading={busy}
                onClick={() => void withAll((all) => download(`${t('roster.file')}.csv`, rosterCsv(all, t)))}
              >
                {t('roster.csv')}
              </Button>{' '}
              <Button className="bn-no-phone" icon={<PrinterOutlined aria-hidden />} loading={busy} onClick={() => void withAll(print)}>
                {common('action.print')}
              </Button>
            </>
          }
          card={(row) => (
            <>
              <span className="bn-card-head">
                <strong>{row.person?.name}</strong> <span>{row.userName ?? '—'}</span>
              </span>
              <AccountTags state={row.state} flags={row.flags} />
            </>
          )}
          columns={[
            {
              title: t('field.person'),
              render: (_, row) =>
                row.person && (
                  <Link to="/people/$id" params={{ id: row.person.id } as never} search={{}}>
                    {row.person.name}
                  </Link>
                ),
            },
            { title: t('field.userName'), render: (_, row) => row.userName ?? '—' },
            { title: t('field.state'), render: (_, row) => <AccountTags state={row.state} flags={row.flags} /> },
          ]}
        />
      </Panel>
    </>
  );
}
