import accounts from './accounts.json';
import attachments from './attachments.json';
import common from './common.json';
import enter from './enter.json';
import home from './home.json';
import journal from './journal.json';
import organizations from './organizations.json';
import own from './own.json';
import people from './people.json';
import policy from './policy.json';
import portal from './portal.json';
import roles from './roles.json';
import session from './session.json';

export default { accounts, attachments, common, enter, home, journal, organizations, own, people, policy, portal, roles, session };
