// A lobby's button in 40 lines, against the contract in docs/web-terminal.md. It listens on 127.0.0.1:8088, behind a proxy
// that sets X-Forwarded-User. The account that runs it is a member of tmux-restore: usermod -aG tmux-restore lobby
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const page = `<!doctype html><meta charset="utf-8"><title>Sessions</title>
<form><ul></ul><button>Bring back</button></form><pre role="log"></pre>
<script type="module">
  const { selection } = await (await fetch('picker')).json();
  for (const { name, action, isTicked } of selection?.rows ?? []) {
    const [item, label, box] = ['li', 'label', 'input'].map((tag) => document.createElement(tag));
    Object.assign(box, { type: 'checkbox', name: 'name', value: name, checked: isTicked, disabled: action === 'skip' });
    label.append(box, name);
    item.append(label);
    document.querySelector('ul').append(item);
  }
  document.querySelector('form').onsubmit = async (event) => {
    event.preventDefault();
    const body = JSON.stringify({ id: selection.id, names: new FormData(event.target).getAll('name') });
    const answer = await fetch('restore', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const lines = answer.body.pipeThrough(new TextDecoderStream());
    for await (const text of lines) document.querySelector('pre').append(text);
  };
</script>`;

const serve = async (request, response) => {
  const login = request.headers['x-forwarded-user'] ?? '';
  // The command checks again, by shape and by the roster. A login may not be taken for an option.
  if (!/^[A-Za-z0-9_][A-Za-z0-9._@+-]*$/.test(login)) return response.writeHead(401).end();
  const answer = (type, ...args) => {
    const argv = ['-n', 'tmux-restore-user', '--login', login, ...args];
    const { stdout } = spawn('sudo', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    stdout.pipe(response.writeHead(200, { 'content-type': type }));
  };
  if (request.url === '/picker') return answer('application/json', 'open', '--json');
  if (request.url !== '/restore') return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  if (request.method !== 'POST' || request.headers['sec-fetch-site'] !== 'same-origin')
    return response.writeHead(403).end();
  const { id, names } = JSON.parse(Buffer.concat(await request.toArray()));
  return answer('application/x-ndjson', 'select', String(id), ...names.map(String), '--json=lines');
};

createServer((request, response) => {
  serve(request, response).catch(() => response.writeHead(400).end());
}).listen(8088, '127.0.0.1');
