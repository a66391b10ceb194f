import type { Policy } from '../core/roster.ts';

/** A valid roster file as it is written; the contract is schemas/roster.schema.json. */
export interface RosterDocument {
  readonly persist?: (PersistDocument & { readonly start?: StartDocument | null }) | null;
  readonly users: Readonly<Record<string, UserDocument | null>>;
}

export interface UserDocument {
  readonly authentik_user?: string;
  readonly k8s_user?: string;
  readonly tier?: 'admin' | 'power-user' | 'namespace-owner';
  readonly namespaces?: readonly string[];
  readonly code_layout?: 'single' | 'workspace';
  readonly repos?: readonly string[];
  readonly parked?: boolean;
  readonly persist?: PersistDocument | null;
}

export interface PersistDocument {
  readonly keep_snapshots?: number;
  readonly restore?: Partial<Policy['restore']> | null;
  readonly exclude?: readonly string[];
  readonly allow_skip_permissions?: boolean;
  readonly memory?: MemoryDocument | null;
}

export interface MemoryDocument {
  readonly server_high_mib?: number | null;
  readonly server_max_mib?: number | null;
}

export interface StartDocument {
  readonly agents_at_once?: number;
  readonly memory_floor_mib?: number;
}
