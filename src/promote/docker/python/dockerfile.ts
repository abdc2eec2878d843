import { dockerfileOf, header, install, LABELS, manifestsOnly } from '../pieces.ts';
import type { Install } from '../pieces.ts';

/** `project`: a pyproject.toml or setup.py, and no lock file. */
export type PythonTool = 'pip' | 'poetry' | 'uv' | 'project';

export const PYTHON_USER = 10001;

export function pythonDockerfile(shape: string, tool: PythonTool, image: string): string {
  return dockerfileOf([
    header(shape),
    `FROM ${image} AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
WORKDIR /app`,
    ...(tool === 'project' ? [] : [`FROM base AS manifests\n${manifestsOnly(NAMES, '/app')}`]),
    `FROM base AS build\nRUN python -m venv /venv${toolStep(tool)}\n${packages(tool)}`,
    `FROM base AS sources\nCOPY . .\nRUN chmod -R a+rX /app`,
    `FROM base
COPY --from=build /venv /venv
COPY --from=sources /app ./
ENV PYTHONPATH=/app:/app/src
USER ${PYTHON_USER}:${PYTHON_USER}
${LABELS}
CMD ["python"]`,
  ]);
}

const NAMES = [
  'requirements*.txt',
  'constraints*.txt',
  './requirements/*',
  'pyproject.toml',
  'poetry.lock',
  'uv.lock',
  'poetry.toml',
  'uv.toml',
];

const PIP = {
  caches: [{ id: 'pip', target: '/root/.cache/pip' }],
  files: [
    { id: 'pip-conf', target: '/etc/pip.conf' },
    { id: 'netrc', target: '/root/.netrc' },
  ],
  trust: { bundle: ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'] },
};
const NO_VERSION_CHECK = 'export PIP_DISABLE_PIP_VERSION_CHECK=1';

/** In a place of its own, so that nothing of it is in the image. */
function toolStep(tool: PythonTool): string {
  if (tool === 'pip' || tool === 'project') return '';
  const name = tool.toUpperCase();
  const commands = [NO_VERSION_CHECK, `python -m venv /tool`, `/tool/bin/pip install "${tool}$${name}"`];
  return `\nARG ${name}=\n${install({ ...PIP, commands })}`;
}

function packages(tool: PythonTool): string {
  switch (tool) {
    case 'pip':
      return step('COPY --from=manifests /app ./', {
        ...PIP,
        commands: [NO_VERSION_CHECK, 'pip install -r requirements.txt'],
      });
    case 'project':
      return step('COPY . .', { ...PIP, commands: [NO_VERSION_CHECK, 'pip install .'] });
    case 'poetry':
      return step('COPY --from=manifests /app ./', {
        caches: [{ id: 'poetry', target: '/root/.cache/pypoetry' }],
        files: [...PIP.files, { id: 'poetry-auth', target: '/root/.config/pypoetry/auth.toml' }],
        trust: PIP.trust,
        commands: [
          'export VIRTUAL_ENV=/venv POETRY_NO_INTERACTION=1',
          '/tool/bin/poetry install --only main --no-root --no-directory',
        ],
      });
    case 'uv': {
      const uv: Omit<Install, 'commands'> = {
        caches: [{ id: 'uv', target: '/root/.cache/uv' }],
        files: [...PIP.files.slice(1), { id: 'uv-config', target: '/root/.config/uv/uv.toml' }],
        trust: PIP.trust,
      };
      const env = 'export UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy';
      const sync = '/tool/bin/uv sync --frozen --no-dev ${PACKAGE:+--package "$PACKAGE"}';
      return [
        step('COPY --from=manifests /app ./\nARG PACKAGE=', {
          ...uv,
          commands: [env, `${sync} --no-install-workspace`],
        }),
        step('COPY . .', { ...uv, commands: [env, `${sync} --no-editable`] }),
      ].join('\n');
    }
  }
}

function step(before: string, of: Install): string {
  return `${before}\n${install(of)}`;
}
