import { isAbsolute } from 'node:path';
import { holdsSecret } from './holds-secret.ts';

/** What decides where Claude Code keeps its files and which service it talks to; all else comes from the login shell. */
const allowed: readonly string[] = [
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_PROJECT_DIR_NAME',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'AWS_PROFILE',
  'AWS_REGION',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'CLAUDE_CODE_NO_FLICKER',
];

const maxLength = 4096;

/** The variables that belong to how the person started it. A value with a credential in it is left out. */
export function keptEnvironment(env: (name: string) => string | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    allowed.flatMap((name) => {
      const value = env(name);
      return value !== null && mayBeKept(name, value) ? [[name, value]] : [];
    }),
  );
}

function mayBeKept(name: string, value: string): boolean {
  if (value === '' || value.length > maxLength || /[\x00-\x1f\x7f]/.test(value)) return false;
  switch (name) {
    case 'CLAUDE_CONFIG_DIR':
      return isAbsolute(value);
    case 'CLAUDE_CODE_PROJECT_DIR_NAME':
      return /^[A-Za-z0-9_-]{1,64}$/.test(value);
    default:
      // Proxies are also written without a scheme: user:password@host:3128.
      return !holdsSecret(value) && !/^[^/\s]*@/.test(value);
  }
}
