import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { CodesDocument } from '../../gql/graphql';
import { useGql } from '../api/queries';

/** More than the largest table that a form offers. */
const wholeTable = 200;

interface Option {
  value: string;
  label: string;
  haystack: string;
}

interface Props {
  id?: string;
  table: string;
  value?: string | null;
  onChange?: (value: string | undefined) => void;
  allowClear?: boolean;
  placeholder?: string;
  'aria-label'?: string;
  /** Codes that may be chosen; without it the whole table. */
  offer?: (code: string) => boolean;
}

/** A coded value comes from its list only. The list is searched in both languages and by code. */
export function CodeSelect({ table, value, onChange, allowClear = true, placeholder, offer, ...rest }: Props) {
  const { t } = useTranslation();
  const codes = useGql('reference', CodesDocument, { table, search: null, first: wholeTable }, { staleTime: Infinity });
  const options: Option[] = (codes.data?.codes.nodes ?? [])
    .filter((code) => offer?.(code.code) ?? true)
    .map((code) => ({
      value: code.code,
      label: code.name,
      haystack: `${code.code} ${code.nameZh} ${code.nameEn}`.toLowerCase(),
    }));
  return (
    <Select<string, Option>
      {...rest}
      className="bn-fill"
      showSearch={{ filterOption: (text, option) => option?.haystack.includes(text.trim().toLowerCase()) ?? false }}
      allowClear={allowClear}
      placeholder={placeholder ?? t('form.choose')}
      loading={codes.isPending}
      options={options}
      value={value ?? undefined}
      onChange={(chosen) => onChange?.(chosen)}
    />
  );
}
