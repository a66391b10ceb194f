import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { FormTokens } from './form-tokens.ts';
import type { RateLimit } from './limits.ts';
import type { Responder } from './respond.tsx';
import { isSameOrigin, type PublicOrigin } from './same-origin.ts';
import { carriesSecret, loginIn } from './who.ts';

/** What every handler behind the doors knows of a request. */
export interface Env {
  readonly Bindings: HttpBindings;
  readonly Variables: { login: string; form: URLSearchParams };
}

/** The headers of every answer. Nothing is loaded but our own script and style, and nobody frames a page. */
export const protectingHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  // With no-referrer, browsers would send `Origin: null` with our own forms.
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
  // The proxy speaks TLS, not this server.
  strictTransportSecurity: false,
  permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
});

/** Lets in whom the proxy names. */
export function whoIsWho(
  { header, secret }: { readonly header: string; readonly secret: string | null },
  { message }: Responder,
): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { rawHeaders } = context.env.incoming;
    const isFromProxy = secret === null || carriesSecret(rawHeaders, secret);
    const login = isFromProxy ? loginIn(rawHeaders, header) : null;
    if (login === null) {
      return message(context, 401, 'Not signed in', 'The proxy in front of this page did not say who you are.');
    }
    context.set('login', login);
    return next();
  };
}

/** Keeps one login from asking too often. */
export function notTooOften(limit: RateLimit, { message }: Responder): MiddlewareHandler<Env> {
  return async (context, next) => {
    const seconds = await limit.wait(context.get('login'));
    if (seconds === null) return next();
    context.header('Retry-After', String(seconds));
    return message(context, 429, 'Too many requests', `Try again in ${seconds} s.`);
  };
}

/** Lets through what our own page sent: by its origin, and by the token of its form. */
export function ownFormsOnly(origin: PublicOrigin, tokens: FormTokens, { message }: Responder): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { req } = context;
    const provenance = {
      origin: req.header('Origin'),
      host: req.header('Host'),
      fetchSite: req.header('Sec-Fetch-Site'),
    };
    if (!isSameOrigin(provenance, origin)) {
      return message(context, 403, 'Not from this page', 'The request came from another site. Nothing was done.');
    }
    const [type] = (req.header('Content-Type') ?? '').split(';');
    if (type?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
      return message(context, 415, 'Not a form', 'Nothing was done.');
    }
    const form = new URLSearchParams(await req.text());
    if (!tokens.isTokenOf(context.get('login'), form.get('token') ?? '')) {
      return message(
        context,
        403,
        'This form is too old',
        'The server was started again since the page was loaded, or somebody else is signed in. Nothing was done: load the sessions again.',
      );
    }
    context.set('form', form);
    return next();
  };
}
