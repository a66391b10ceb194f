import { tool } from './tool.ts';

const standardMirror = 'http://deb.debian.org/debian/';
/** On CI these run with what the tests leave of the processors. */
const answerLimitMs = 300_000;
const reaching = /^Acquire::(https?|Retries|ForceIPv[46]|Check-Date|Check-Valid-Until)\b/i;

/** The Debian mirror that this host's APT uses; the standard one on a host that has none, such as Ubuntu. */
export async function debianMirror(): Promise<string> {
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const argv = ['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'] as const;
  const targets = await tool(argv, answerLimitMs);
  const prefix = 'Debian|Debian|';
  const found = targets.split('\n').find((line) => line.startsWith(prefix));
  return found?.slice(prefix.length) ?? standardMirror;
}

/** How this host's APT reaches its mirrors: proxies, retries, a clock that is not trusted. In the form of apt.conf. */
export async function aptConfiguration(): Promise<string> {
  const lines = (await tool(['apt-config', 'dump'], answerLimitMs)).split('\n').filter((line) => reaching.test(line));
  // A mirror that is frozen at a past day has no valid Release file any more; apt.conf(5): the last line wins.
  return [...lines, 'Acquire::Check-Valid-Until "false";', ''].join('\n');
}

/** The variables of the environment that name proxies, which APT honours too. */
export function proxyEnvironment(): Readonly<Record<string, string>> {
  const named = Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name));
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? '']));
}
