// Stands in for the outpost of an identity provider: it says who is logged in, by a cookie.
import { createServer } from 'node:http';

createServer(({ url, headers: { cookie = '' } }, response) => {
  if (url.startsWith('/outpost.goauthentik.io/start')) return response.end('log in here');
  const login = /(?:^|; )login=([^;]+)/.exec(cookie)?.[1];
  if (login === undefined) return response.writeHead(401).end();
  return response.writeHead(200, { 'X-authentik-username': decodeURIComponent(login) }).end();
}).listen(9000, '127.0.0.1');
