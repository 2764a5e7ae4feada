/** System calls that may be made to fail: those that programs expect to fail. */
export const failingSyscalls = [
  'openat',
  'read',
  'pread64',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'fallocate',
  'unlinkat',
  'renameat2',
  'socket',
  'connect',
  'accept',
  'accept4',
  'sendto',
  'recvfrom',
  'sendmsg',
  'recvmsg',
] as const;
export type FailingSyscall = (typeof failingSyscalls)[number];

/** What they may fail with. */
export const syscallErrors = [
  'EIO',
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EPIPE',
] as const;
export type SyscallError = (typeof syscallErrors)[number];
