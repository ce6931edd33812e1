// For developers, in demonstration mode only: the server hands it out to nobody else.
import 'graphiql/style.css';
import './page.css';

import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

/** The session's cookie goes along by itself. A mutation needs a key, so each run gets its own. */
const fetcher = async (question: object) => {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(question),
  });
  return response.json() as Promise<object>;
};

const root = document.getElementById('graphiql');
if (root) createRoot(root).render(<GraphiQL fetcher={fetcher} />);
