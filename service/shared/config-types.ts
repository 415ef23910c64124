/** What a role's config file holds; schemas/service-config.json says what each key means. Times are in seconds. */
export interface ServiceConfig {
  readonly schema: 'headroom/service-config/v1';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly api?: ApiConfig;
  readonly worker?: WorkerConfig;
  readonly identity?: IdentityConfig;
  readonly usage?: UsageConfig;
  readonly billing?: BillingConfig;
}

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
}

export interface RetryConfig {
  readonly first: number;
  readonly most: number;
}

export interface LimitsConfig {
  readonly bodyBytes: number;
  readonly pixels: number;
}

export interface ApiConfig {
  readonly listen: ListenConfig;
  readonly internalListen: ListenConfig;
  readonly internalUrl?: string;
  readonly node?: string;
  readonly peers?: readonly { readonly node: string; readonly url: string }[];
  readonly limits: LimitsConfig;
  readonly concurrency: number;
  readonly deadline: number;
  readonly drainTime: number;
  readonly drainNotice: number;
  readonly receiveTimeout: number;
  readonly retryAfter: number;
  readonly retryBudget: number;
  readonly retry: RetryConfig;
  readonly sources: readonly string[];
  readonly sourceTimeout: number;
  readonly identity: EdgeCacheConfig;
  readonly queue: QueueConfig;
  readonly objective: { readonly below: number; readonly payloadBelow: number };
  readonly spool?: SpoolConfig;
  readonly idempotency?: { readonly ttl: number; readonly bytes: number };
  readonly usage?: { readonly store: UsageStoreConfig; readonly refresh: number };
}

export interface SpoolConfig {
  readonly folder: string;
  readonly bytes: number;
  readonly deadline: number;
  readonly retention: number;
}

export interface EdgeCacheConfig {
  readonly url: string;
  readonly timeout: number;
  readonly ttl: number;
  readonly negativeTtl: number;
  readonly maxStale: number;
  readonly replicationLag: number;
  readonly entries: number;
  readonly password?: SecretConfig;
}

export interface QueueConfig {
  readonly url: string;
  readonly replicas: number;
  readonly partitions: number;
  readonly maxAge: number;
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly ackWait: number;
  readonly maxDeliveries: number;
  readonly deduplicationWindow: number;
  readonly publishTimeout: number;
}

export interface WorkerConfig {
  readonly listen: ListenConfig;
  readonly processes: number;
  readonly jobsPerProcess: number;
  readonly deadline: number;
  readonly memoryBytes: number;
  readonly drainTime: number;
  readonly limits: LimitsConfig;
  readonly usage: { readonly url: string };
  readonly queue: QueueConfig;
}

export interface IdentityConfig {
  readonly listen: ListenConfig;
  readonly database: { readonly url: string; readonly password?: SecretConfig };
  readonly dataPlane: readonly string[];
  readonly replicationLag: number;
  readonly detectionTime: number;
  readonly adminKey?: SecretConfig;
  readonly dataPlanePassword?: SecretConfig;
  readonly keeper?: KeeperConfig;
}

export interface KeeperConfig {
  readonly node: string;
  readonly nodes: readonly KeptNode[];
  readonly listen: ListenConfig;
  readonly witness: { readonly url: string; readonly replicas: number };
  readonly folder: string;
  readonly binaries: string;
  readonly user?: string;
  readonly password: SecretConfig;
  readonly allow: readonly string[];
  readonly buffers?: number;
  readonly connections?: number;
  readonly renewInterval: number;
  readonly fencingTime: number;
  readonly promotionTime: number;
}

export interface KeptNode {
  readonly node: string;
  readonly host: string;
  readonly port: number;
}

export interface UsageConfig {
  readonly listen: ListenConfig;
  readonly folder: string;
  readonly bufferBytes: number;
  readonly fsyncInterval: number;
  readonly batchInterval: number;
  readonly batchRecords: number;
  readonly rollupWindow: number;
  readonly retry: RetryConfig;
  readonly store: UsageStoreConfig;
  readonly coldStore: ColdStoreConfig;
}

export interface UsageStoreConfig {
  readonly url: string;
  readonly folder?: string;
  readonly replicas: number;
  readonly writeQuorum: number;
  readonly readQuorum: number;
  readonly retention: number;
  readonly timeout: number;
}

export interface BillingConfig {
  readonly engine: 'duckdb' | 'spark';
  readonly cores: number;
  readonly partitions: number;
  readonly period: number;
  readonly deadline: number;
  readonly prices: { readonly cpuSecond: string; readonly byte: string };
  readonly listen?: ListenConfig;
  readonly folder?: string;
  readonly interval: number;
  readonly settleTime: number;
  readonly spark?: { readonly command: string; readonly master?: string };
  readonly coldStore: ColdStoreConfig;
}

export interface ColdStoreConfig {
  readonly url: string;
  readonly bucket: string;
  readonly region?: string;
  readonly retention: number;
  readonly accessKey?: SecretConfig;
  readonly secretKey?: SecretConfig;
}

/** Where a secret is; exactly one of the two. */
export interface SecretConfig {
  readonly file?: string;
  readonly env?: string;
}
