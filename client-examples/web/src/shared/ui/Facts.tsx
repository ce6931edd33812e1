import type { ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
  wide?: boolean;
}

/** Names and values of a record; what is not known is a dash, so that gaps are seen. */
export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="bn-facts">
      {facts.map(({ label, value, wide }) => (
        <div key={label} className={wide ? 'bn-fact-wide' : undefined}>
          <dt>{label}</dt>
          <dd>{value === null || value === undefined || value === '' ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
