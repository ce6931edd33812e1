import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { formatNumber, formatShare } from '../../shared/format';
import { useSigned } from '../../shared/viewer';
import { type Counts, type Figure, organizationFigures, type Overview, peopleFigures } from './figures';

interface Props {
  under: string;
  counts: Counts;
  overview: Overview;
}

function Tile({ figure, linked }: { figure: Figure; linked: boolean }) {
  const { t } = useTranslation('home');
  const inside = (
    <>
      <span className="bn-figure-name">{t(`figure.${figure.name}`)}</span>
      <span className="bn-figure-value">{formatNumber(figure.value)}</span>
      <span className="bn-figure-note">{figure.of === undefined ? '' : formatShare(figure.value, figure.of)}</span>
    </>
  );
  return (
    <li className="bn-figure">
      {linked && figure.link ? (
        <Link to={figure.link.to} search={figure.link.search as never}>
          {inside}
        </Link>
      ) : (
        <div>{inside}</div>
      )}
    </li>
  );
}

/** The figures of the subtree; each opens the list that it counts. */
export function Figures({ under, counts, overview }: Props) {
  const { t } = useTranslation('home');
  const { can } = useSigned();
  return (
    <>
      <ul className="bn-figures" aria-label={t('figures.people')}>
        {peopleFigures(under, counts).map((figure) => (
          <Tile key={figure.name} figure={figure} linked={can('READ_PEOPLE')} />
        ))}
      </ul>
      <ul className="bn-figures bn-figures-small" aria-label={t('figures.pipeline')}>
        {organizationFigures(under, counts, overview).map((figure) => (
          <Tile key={figure.name} figure={figure} linked={can('READ_ORGANIZATIONS')} />
        ))}
      </ul>
    </>
  );
}
