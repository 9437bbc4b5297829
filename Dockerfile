# One image for web, worker, sweeper and commands; what a container is follows from its command.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
COPY requirements/installer.txt requirements/base.txt /requirements/
RUN pip install --no-cache-dir --require-hashes -r /requirements/installer.txt \
 && python -m venv --without-pip /venv \
 && uv pip install --no-cache --python /venv/bin/python --require-hashes -r /requirements/base.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=chatmrpt.settings STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin chatmrpt
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Static files are hashed and compressed here, once; no database or secret is needed for it.
RUN CHATMRPT_NO_SERVICES=1 python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q chatmrpt tpr analysis itn
USER 10001
EXPOSE 8000
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "chatmrpt.wsgi:application"]
