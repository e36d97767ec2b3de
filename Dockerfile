# syntax=docker/dockerfile:1
# The image of all Lambda functions: `docker build .`; each function names its handler in place of CMD.
# `--target local` is what docker-compose.yml runs instead: the same sources with the tools of a developer.

ARG PYTHON=3.12

FROM --platform=linux/amd64 amazon/aws-lambda-python:${PYTHON} AS build
WORKDIR /build
# Distribution packages come in the versions of the base image's release: pinning them would pin their vulnerabilities.
# hadolint ignore=DL3041
RUN dnf install -y binutils gcc gcc-c++ lcms2-devel libjpeg-turbo-devel libwebp-devel zlib-devel \
    && dnf clean all
COPY requirements-build.lock requirements.lock ./
RUN python3 -m pip install --no-cache-dir --no-deps --require-hashes -r requirements-build.lock
# No cache, or pip may reuse a pillow-simd that was built without libwebp or without AVX2.
RUN CC="gcc -mavx2" python3 -m pip install --no-cache-dir --no-compile --no-deps --no-build-isolation --require-hashes \
    --only-binary :all: --no-binary pillow-simd --target /build/packages -r requirements.lock
# AVX2 works on the registers ymm0 to ymm15; without it the compiler names none of them.
RUN PYTHONPATH=/build/packages python3 -c "import PIL; from PIL import features; assert '.post' in PIL.__version__; \
    assert all(map(features.check, ('jpg', 'libjpeg_turbo', 'littlecms2', 'webp', 'zlib')))" \
    && objdump --disassemble --no-show-raw-insn packages/PIL/_imaging.*.so > /tmp/imaging.s \
    && grep --quiet ymm /tmp/imaging.s
# Who signs the certificates of RDS instances, which no system knows: for DATABASE_CA_FILE where the database is reached
# without RDS Proxy (its certificates are of Amazon Trust Services, which every system knows). It comes by TLS, and has
# no checksum: Amazon adds to it from time to time, and then neither must builds fail nor the addition be missed.
ADD https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem application/rds-ca.pem
RUN python3 -c "import ssl; ssl.create_default_context(cafile='application/rds-ca.pem')"
COPY src/lego_api application/lego_api
COPY migrations application/migrations
# Readable for the unprivileged user that Lambda runs it as, whatever the modes in the checkout were. Unchecked: the file
# system is read-only, so bytecode that looks stale could only cost time.
RUN chmod -R a+rX packages application \
    && python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash packages application

FROM python:${PYTHON}-slim-bookworm AS local
WORKDIR /project
COPY requirements-dev.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-dev.lock
COPY README.md pyproject.toml ./
COPY migrations migrations
COPY src src
RUN chmod -R a+rX . \
    && python -m pip install --no-cache-dir --no-build-isolation --no-deps -e . \
    && useradd --create-home developer \
    && install --directory --owner developer .dev
USER developer
EXPOSE 9000
CMD ["lego-api", "dev", "--host", "0.0.0.0"]

FROM --platform=linux/amd64 amazon/aws-lambda-python:${PYTHON} AS lambda
# hadolint ignore=DL3041
RUN dnf install -y lcms2 libjpeg-turbo libwebp \
    && dnf clean all
COPY --from=build /build/packages ${LAMBDA_TASK_ROOT}
COPY --from=build /build/application ${LAMBDA_TASK_ROOT}
CMD ["lego_api.entrypoints.http.handler"]
