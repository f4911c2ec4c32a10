# syntax=docker/dockerfile:1
# neosieve with the models that ship with it. Build and try, from a checkout:
#
#     docker build -t neosieve:0.1.0 .
#     docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" neosieve:0.1.0 neosieve demo -o /work/demo-results

ARG PYTHON_IMAGE=python:3.11.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# PyPI's torch brings several GB of CUDA; this index has its CPU build, and nothing else is taken from it
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY constraints.txt .
RUN python -m venv /opt/neosieve \
 && /opt/neosieve/bin/python -m pip install --no-deps --index-url "${TORCH_INDEX}" "$(grep '^torch==' constraints.txt)"
COPY . .
RUN python -m venv /tmp/tools \
 && /tmp/tools/bin/python -m pip install -c constraints.txt build \
 && PIP_CONSTRAINT=/build/constraints.txt /tmp/tools/bin/python -m build --wheel --outdir /tmp/dist \
 && /opt/neosieve/bin/python -m pip install -c constraints.txt "$(echo /tmp/dist/neosieve-*.whl)[parquet]"

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="neosieve" \
      org.opencontainers.image.description="From a tumour's VCF and a patient's HLA type to ranked neoantigen candidates" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND BSD-3-Clause-Clear AND CC-BY-4.0 AND CC-BY-ND-4.0" \
      org.opencontainers.image.vendor="The neosieve developers" \
      base_image="python:3.11.13-slim-bookworm" \
      version="1" \
      software="neosieve" \
      software.version="${VERSION}" \
      about.summary="From a tumour's VCF and a patient's HLA type to ranked neoantigen candidates" \
      about.license="Apache-2.0 AND BSD-3-Clause-Clear AND CC-BY-4.0 AND CC-BY-ND-4.0" \
      about.license_file="/opt/neosieve/LICENSE" \
      about.tags="Genomics"
# workflow engines look for ps and bash; the image has bash
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends procps \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 neosieve
COPY --from=build /opt/neosieve /opt/neosieve
COPY LICENSE /opt/neosieve/LICENSE
ENV PATH=/opt/neosieve/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
WORKDIR /data
CMD ["neosieve", "--help"]
