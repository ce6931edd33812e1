import 'antd/dist/reset.css';
import 'virtual:antd.css';
import './tokens.css';
import './layout.css';
import './parts.css';
import './tree.css';
import './phone.css';
import './print.css';
