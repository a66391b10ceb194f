import { createHmac, randomBytes } from 'node:crypto';
import { isSameText } from './who.ts';

/** Tokens of forms: a page of another origin cannot know the one of this login. */
export interface FormTokens {
  readonly tokenOf: (login: string) => string;
  readonly isTokenOf: (login: string, token: string) => boolean;
}

/** The key lives as long as the server, so a form of before a restart is refused. */
export function makeFormTokens(): FormTokens {
  const key = randomBytes(32);
  const tokenOf = (login: string): string => createHmac('sha256', key).update(login).digest('base64url');
  return { tokenOf, isTokenOf: (login, token) => isSameText(tokenOf(login), token) };
}
