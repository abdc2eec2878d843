// Made from compose.yaml by devstack init. Check each line that has a comment above it.

import { defineConfig, mailpit, minio, service } from 'devstack';

const s3 = minio({ port: 9000, accessKey: 'admin', buckets: ['uploads', 'exports'] });

// mailhog/mailhog: the image devstack uses by itself takes its place
const mail = mailpit({ port: 1025 });

const app = service({
  dev: 'python manage.py runserver $PORT',
  build: '.',
  env: {
    S3_ENDPOINT: s3.url,
    AWS_ACCESS_KEY_ID: s3.accessKey,
    AWS_SECRET_ACCESS_KEY: s3.secretKey,
    SMTP_HOST: mail.host,
    SMTP_PORT: mail.port,
  },
});

export default defineConfig({
  resources: { s3, mail, app },
});
