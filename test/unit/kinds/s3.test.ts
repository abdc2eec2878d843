import { expect, test } from 'vitest';
import { signedRequest } from '../../../src/kinds/s3-request.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const now = new Date('2013-05-24T00:00:00Z');

// Signatures of other programs: of openssl dgst over the canonical request of AWS's own example, with its keys …
test('it signs as openssl does by the specification', () => {
  const request = signedRequest('PUT', '/uploads', {
    host: '127.0.0.1:9000',
    now,
    accessKey: 'AKIAIOSFODNN7EXAMPLE',
    secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  });
  expect(request).toEqual({
    method: 'PUT',
    path: '/uploads',
    headers: {
      host: '127.0.0.1:9000',
      'x-amz-content-sha256': EMPTY,
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=9ea6f891e86268f6303fa49bfed846d6fda4b0633c491e830f13b8c649b74024',
    },
  });
});

// … and of botocore 1.43 (S3SigV4Auth).
test('it signs as botocore does', () => {
  const { headers } = signedRequest('PUT', '/my-exports.2024', {
    host: '127.0.0.1:9000',
    now,
    accessKey: 'app',
    secretKey: 's3cr3t/with+signs',
    region: 'us-east-1',
  });
  expect(headers['authorization']).toBe(
    'AWS4-HMAC-SHA256 Credential=app/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=ea7107eb997bb7a01bbf049e5daec9754f559c9037e53265fd3b97d6d771e76a',
  );
});
