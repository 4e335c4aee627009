# One image for the web, the workers and every management command.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements-vendors.lock /tmp/
RUN pip install --no-deps --require-hashes --requirement /tmp/requirements-vendors.lock
WORKDIR /app
COPY . .
# These three hold for this one command: the settings want them, the files that it collects do not depend on them.
RUN ENVIRONMENT=production SECRET_KEY=for-collectstatic-only ALLOWED_HOSTS=build \
    python manage.py collectstatic --noinput --verbosity 0 && python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin easel \
    && install --directory --owner easel /var/lib/easel
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production DATA_DIR=/var/lib/easel GRANIAN_HOST=:: GRANIAN_BLOCKING_THREADS=256
WORKDIR /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-I", "config/monitoring/container_healthcheck.py"]
CMD ["granian", "--interface", "wsgi", "--port", "8000", \
     "--workers", "2", "--no-ws", "--http", "1", \
     "--workers-kill-timeout", "30", "--respawn-failed-workers", \
     "--log-config", "config/granian.json", "config.wsgi:application"]
