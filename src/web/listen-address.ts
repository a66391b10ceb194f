/** Where the server listens. A socket of systemd's can be of either kind. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'inherited'; readonly descriptor: number };

/** The address from `--listen`; null when the text is none. Only loopback: the secret is not for a network. */
export function listenAddressFrom(text: string): ListenAddress | null {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    // sockaddr_un holds 108 bytes, and a zero at the end.
    return path.startsWith('/') && Buffer.byteLength(path) <= 107 ? { kind: 'unix', path } : null;
  }
  const [, host = '', digits = ''] = /^(127(?:\.\d{1,3}){3}|\[::1\]|localhost):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535) return null;
  const plain = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'tcp', host: plain, port };
}
