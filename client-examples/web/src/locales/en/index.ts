import common from './common.json';
import enter from './enter.json';
import home from './home.json';
import journal from './journal.json';
import organizations from './organizations.json';
import people from './people.json';
import portal from './portal.json';
import roles from './roles.json';

export default { common, enter, home, journal, organizations, people, portal, roles };
