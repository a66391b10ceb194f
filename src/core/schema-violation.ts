/** One breach of a JSON Schema, as the generated validators report it. */
export interface SchemaViolation {
  /** JSON pointer to the value at fault. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** Set when it is a key of the object at `instancePath` that is at fault. */
  readonly propertyName?: string;
}
