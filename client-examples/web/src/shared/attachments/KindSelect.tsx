import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { AttachmentKindsDocument } from '../../gql/graphql';
import { useGql } from '../api/queries';

export type OwnerKind = 'organization' | 'person';

interface Props {
  id?: string;
  owner: OwnerKind;
  value?: string;
  onChange?: (value: string) => void;
}

/** The kinds of files that such an owner has. */
export function KindSelect({ owner, ...rest }: Props) {
  const { t } = useTranslation();
  const answer = useGql('reference', AttachmentKindsDocument, {}, { staleTime: Infinity });
  const fits = (attributes: readonly { name: string; value: string }[]) =>
    attributes.some(({ name, value }) => name === 'owner' && value.split(';').includes(owner));
  const options = (answer.data?.codes.nodes ?? [])
    .filter(({ attributes }) => fits(attributes))
    .map(({ code, name }) => ({ value: code, label: name }));
  return <Select {...rest} className="bn-fill" placeholder={t('form.choose')} loading={answer.isPending} options={options} />;
}
