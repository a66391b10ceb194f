// Stands in for the outpost of an identity provider: it says who is logged in, by a cookie.
import { createServer } from 'node:http';

createServer(({ headers: { cookie = '' } }, response) => {
  const login = /(?:^|; )login=([^;]+)/.exec(cookie)?.[1];
  if (login === undefined) response.writeHead(401).end();
  else response.writeHead(200, { 'X-authentik-username': decodeURIComponent(login) }).end();
}).listen(9000, '127.0.0.1');
