"""The launcher: a Python environment, a private PostgreSQL and Redis, and the processes that use
them.

Standard library only, because it runs before anything is installed. Each file has one job:
`environment` (venv), `identity` (who may run a server), `binaries` (where servers come from),
`postgres`, `redis`, `services` (one set of servers for several commands), `settings` (what the
product is told), `browser`, and the doors `manage`, `run`, `test`, `bench` that the four scripts
call.
"""
