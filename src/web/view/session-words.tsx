import { printable } from '../../render/text/printable.ts';

/** A session's name, as the text that it is. */
export function Name({ of }: { readonly of: string }) {
  return <bdi class="session">{printable(of)}</bdi>;
}

/** A directory, with room to break after each slash. */
export function Directory({ path }: { readonly path: string }) {
  const parts = printable(path).split(/(?<=\/)/);
  return <bdi class="directory">{parts.map((part, index) => (index === 0 ? part : [<wbr />, part]))}</bdi>;
}

interface AgentProps {
  readonly agent: string | null;
  readonly conversation: string | null;
}

/** The agent, and the beginning of its conversation's id. */
export function Agent({ agent, conversation }: AgentProps) {
  if (agent === null) return <span class="muted">shell</span>;
  return (
    <span>
      <bdi>{printable(agent)}</bdi>
      {conversation === null ? null : (
        <>
          {' '}
          <code class="muted">{printable(conversation.slice(0, 8))}</code>
        </>
      )}
    </span>
  );
}
