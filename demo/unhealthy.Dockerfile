# A release that goes wrong: the one before it, except that its health checks fail.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
ENV APP_VERSION=3.0.0 \
    REHEARSE_UNHEALTHY=true
