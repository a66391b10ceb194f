import { entry, manualPage, paragraph, type Roff, section, subsection, verbatim } from './roff.ts';

/** What the pages need of the schema of the roster (JSON Schema, draft 7). */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** tmux-persist-roster(5), from the schema and the example of the roster. */
export function rosterManual(schema: SchemaNode, example: string, version: string): string {
  const definitions = schema.definitions ?? {};
  const purpose = 'the users whose tmux sessions are kept, and how';
  return manualPage({ name: 'tmux-persist-roster', number: 5, purpose, version }, [
    ...section('description', [
      ...paragraph(schema.description ?? ''),
      ...paragraph(
        'As root, the file and every directory above it must belong to root, and nobody else may have write access, because the roster decides what root does. tmux-persist roster check tells every mistake in it.',
      ),
    ]),
    ...section('users', entries(definitions['user'], definitions)),
    ...section('settings', [
      ...paragraph('Below persist for every user, and below users.NAME.persist for one.'),
      ...entries(definitions['persist'], definitions),
      ...subsection('For the host as a whole, below persist', entries(schema.properties?.['persist'], definitions)),
    ]),
    ...section('example', verbatim(example.trimEnd().split('\n'))),
    ...section('files', [
      ...entry('/etc/tmux-persist/roster.yaml', 'The roster.'),
      ...entry('/etc/ttyd-user-map', 'Lines of a user map, where there is no roster.'),
      ...entry('/etc/tmux-persist/persist.yaml', 'The settings for a user map.'),
    ]),
    ...section('see also', ['tmux\\-persist(1)']),
  ]);
}

/** The properties of a node, and of those in it: `heal.message`. */
function entries(node: SchemaNode | undefined, definitions: SchemaNode['definitions'], prefix = ''): Roff {
  return Object.entries(node?.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const said = entry(name, meaningOf({ ...referred(property, definitions), ...property }));
    return [...said, ...entries(property, definitions, `${name}.`)];
  });
}

function referred({ $ref }: SchemaNode, definitions: SchemaNode['definitions']): SchemaNode {
  return definitions?.[($ref ?? '').replace('#/definitions/', '')] ?? {};
}

function meaningOf({ title, description, enum: words, default: usual }: SchemaNode): string {
  const about = [title, description].flatMap((text) => (text === undefined ? [] : `${text.replace(/\.$/, '')}.`));
  const choice = words === undefined ? [] : [`One of: ${words.filter((word) => typeof word === 'string').join(', ')}.`];
  const preset = usual === undefined || usual === null ? [] : [`Default: ${JSON.stringify(usual)}.`];
  return [...about, ...choice, ...preset].join(' ');
}
