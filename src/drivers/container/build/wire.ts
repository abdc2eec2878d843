import protobuf from 'protobufjs';
import type { Type } from 'protobufjs';

// What the engine's BuildKit says and asks, as far as it is of use here; fields that are left out are skipped.
const { root } = protobuf.parse(
  `syntax = "proto3";
  message Time { int64 seconds = 1; }
  message Vertex {
    string digest = 1; string name = 3; bool cached = 4; Time started = 5; Time completed = 6; string error = 7;
  }
  message Part { string ID = 1; string vertex = 2; int64 current = 4; int64 total = 5; }
  message Log { string vertex = 1; bytes msg = 4; }
  message Status { repeated Vertex vertexes = 1; repeated Part statuses = 2; repeated Log logs = 3; }
  message CredentialsRequest { string Host = 1; }
  message CredentialsResponse { string Username = 1; string Secret = 2; }
  message SecretRequest { string ID = 1; }
  message SecretResponse { bytes data = 1; }
  message HealthRequest {}
  message HealthResponse { int32 status = 1; }`,
  { keepCase: true },
);

export interface BuildStatus {
  /** Steps, each anew when something about it changed. */
  readonly vertexes: readonly {
    readonly digest: string;
    readonly name: string;
    readonly cached: boolean;
    readonly started: object | null;
    readonly completed: object | null;
    readonly error: string;
  }[];
  /** What a step does at a time: bytes of a layer, say. */
  readonly statuses: readonly {
    readonly ID: string;
    readonly vertex: string;
    readonly current: number;
    readonly total: number;
  }[];
  readonly logs: readonly { readonly vertex: string; readonly msg: Buffer }[];
}

const statusType = root.lookupType('Status');

export function decodeStatus(base64: string): BuildStatus {
  const message = statusType.decode(Buffer.from(base64, 'base64'));
  return statusType.toObject(message, { longs: Number, defaults: true }) as BuildStatus;
}

/** A call with one question and one answer, as gRPC wants it described. */
export function unary(path: string, requestName: string, responseName: string) {
  const [request, response] = [root.lookupType(requestName), root.lookupType(responseName)];
  const encode = (type: Type) => (value: object) => Buffer.from(type.encode(value).finish());
  const decode = (type: Type) => (bytes: Buffer) => type.toObject(type.decode(bytes), { defaults: true });
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: encode(request),
    requestDeserialize: decode(request),
    responseSerialize: encode(response),
    responseDeserialize: decode(response),
  } as const;
}
