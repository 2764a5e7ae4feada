/** An answer that says what was wrong with a request, or what did not work. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const proxyNotFound = () => new ApiError(404, 'proxy not found');
export const toxicNotFound = () => new ApiError(404, 'toxic not found');
export const badBody = (what: string) => new ApiError(400, `bad request body: ${what}`);
