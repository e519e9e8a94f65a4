/** Where the bytes of a file come from: a path or `file:` URL (Node), a `Blob` or `File`, or the bytes themselves. */
export type NpzSource = string | URL | Blob | ArrayBuffer | Uint8Array;
