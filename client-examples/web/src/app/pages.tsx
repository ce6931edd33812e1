import {
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  HistoryOutlined,
  HomeOutlined,
  IdcardOutlined,
  SafetyCertificateOutlined,
  SafetyOutlined,
  TeamOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

import type { Permission } from '../gql/graphql';
import type { Signed } from '../shared/viewer';

export interface PageEntry {
  path: string;
  icon: ReactNode;
  label: string;
  permission?: Permission;
}

const administration: PageEntry[] = [
  { path: '/', icon: <HomeOutlined aria-hidden />, label: 'nav.home' },
  { path: '/organizations', icon: <ApartmentOutlined aria-hidden />, label: 'nav.organizations', permission: 'READ_ORGANIZATIONS' },
  { path: '/people', icon: <TeamOutlined aria-hidden />, label: 'nav.people', permission: 'READ_PEOPLE' },
  { path: '/accounts', icon: <UserSwitchOutlined aria-hidden />, label: 'nav.accounts', permission: 'READ_GRANTS' },
  { path: '/grants', icon: <SafetyCertificateOutlined aria-hidden />, label: 'nav.grants', permission: 'READ_GRANTS' },
  { path: '/journal', icon: <AuditOutlined aria-hidden />, label: 'nav.journal', permission: 'READ_JOURNAL' },
  { path: '/sign-ins', icon: <HistoryOutlined aria-hidden />, label: 'nav.signIns', permission: 'READ_JOURNAL' },
  { path: '/policy', icon: <SafetyOutlined aria-hidden />, label: 'nav.policy', permission: 'SET_POLICY' },
];

const own: PageEntry[] = [
  { path: '/me', icon: <IdcardOutlined aria-hidden />, label: 'nav.me' },
  { path: '/branch', icon: <BankOutlined aria-hidden />, label: 'nav.branch' },
];

/** What the server lets this viewer do. Hiding is a courtesy: the server decides. */
export function pagesFor({ root, can, viewer }: Signed): PageEntry[] {
  return [
    ...(root ? administration.filter(({ permission }) => !permission || can(permission)) : []),
    ...(viewer.person ? own : []),
  ];
}
