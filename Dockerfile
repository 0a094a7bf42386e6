# A public base, pinned by its exact version. Another base, such as one in your own registry or `scratch` where Node
# comes from elsewhere, is a build argument away.
ARG BASE_IMAGE=public.ecr.aws/docker/library/node:24.11.1-alpine3.22
FROM ${BASE_IMAGE}

ARG APP_VERSION=0.0.0
LABEL org.opencontainers.image.title="ecs-demo-web" \
      org.opencontainers.image.description="The demo service of ecs-pipeline" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${APP_VERSION}"

ENV NODE_ENV=production \
    APP_VERSION=${APP_VERSION}

WORKDIR /app
# Owned by root: the service can read its files and change none of them.
COPY app/ ./

# By number, because it must mean the same in every base. In Node's own images it is the user `node`.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --retries=2 CMD ["node", "healthcheck.js"]
STOPSIGNAL SIGTERM
CMD ["node", "server.js"]
