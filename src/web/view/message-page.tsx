interface MessagePageProps {
  readonly title: string;
  readonly sentences: readonly string[];
  /** Where to go on; null for nowhere. */
  readonly back: { readonly path: string; readonly words: string } | null;
}

/** A page that says why there is no other. */
export function MessagePage({ title, sentences, back }: MessagePageProps) {
  return (
    <>
      <h1>{title}</h1>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {back === null ? null : (
        <p>
          <a class="button" href={back.path}>
            {back.words}
          </a>
        </p>
      )}
    </>
  );
}
