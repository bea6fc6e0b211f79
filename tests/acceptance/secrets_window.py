#!/usr/bin/python3
"""secrets_window.py: after a session with passwords in every place (URLs of stores and sources, variables, a configuration,
the form) none is in what was printed or written: settings, reports, bundles, exports, diagnostics, the stores. Run by
window.sh. The search is shown to find what is there."""
import tempfile
from windowbus import *

SECRETS = {name: f'S3cret-{name}-9f41c7' for name in ('store', 'source', 'variable', 'service', 'config', 'form')}


def found_in(folder, leave_out=()):
    """Files below a folder with a secret in them, as it stands or as parts of URLs and archives have it."""
    found = []
    for path in folder.rglob('*'):
        if not path.is_file() or path.is_symlink() or path in leave_out:
            continue
        data = path.read_bytes()
        if path.suffix == '.zip':
            import zipfile
            with zipfile.ZipFile(path) as archive:
                data += b''.join(archive.read(name) for name in archive.namelist())
        found += [(str(path), name) for name, secret in SECRETS.items() if secret.encode() in data]
    return found


def commands(store, source, folder, env):
    said = b''
    def run(*words, may_fail=False, **more):
        nonlocal said
        done = subprocess.run([PROGRAM, *words], env={**env, **more}, capture_output=True, timeout=300)
        assert may_fail or done.returncode in (0, 3), (words, done)
        said += done.stdout + done.stderr
    run('migrate', '--store', store, 'up')
    run('demo', '--headless', '--count', '300', '--store', store)
    run('receive', '--from', source, '--into', store, '--max', '3', '--idle-exit', '1')
    run('receive', '--from', source.replace('/0?', '/9999?'), '--into', store, '--max', '1', '--idle-exit', '1', may_fail=True)
    run('list', 'batches', '--store', store.replace('/secrets', '/nowhere'), may_fail=True)
    run('list', 'batches', '--store', store.replace('postgresql:', 'postgresq:'), may_fail=True)
    run('stats', '--store', store)
    run('verify', '--store', store)
    run('export', 'messages', '--store', store, '--to', str(folder / 'messages.xlsx'))
    run('report', '--store', store, '--to', str(folder / 'report.html'))
    run('report', '--store', store, '--to', str(folder / 'report.pdf'))
    run('bundle', '--store', store, '--to', str(folder / 'incident.zip'), '--every-state')
    run('list', 'audit', '--store', store)
    run('list', 'tables', '--env', 'production', '--config', str(folder / 'secret' / 'environments.yaml'))
    run('diagnostics', PORTOLAN_PASSWORD=SECRETS['variable'], PGPASSWORD=SECRETS['variable'])
    for name, secret in SECRETS.items():
        assert secret.encode() not in said, (name, said[max(0, said.find(secret.encode()) - 200):][:400])


def window(store, env, log):
    with open(log, 'wb') as stderr:
        app = a11y.App([PROGRAM, store], env=env, stderr=stderr)
        app.table('Panes').wait_rows(lambda n: n > 3)
        for pane in ('Batches', 'Dead letters', 'Audit', 'Integrity'):
            app.choose('Panes', pane)
        until(app, 'ctrl+o', lambda: not is_gone(app, 'Server…'), 'the form')
        app.type('Store', store.replace(SECRETS['store'], SECRETS['form']).replace('/secrets', '/postgres'), enter=False)
        app.get('Store').queryComponent().grabFocus()
        app.key('End', 'space') # as typed: the line is read
        a11y.wait(lambda: SECRETS['form'] not in app.text('Store'), what='the password to leave the line')
        app.press('Test')
        a11y.wait(lambda: 'It opens' in described(app, 'What the test found'), what='what the test found')
        shown = '\n'.join(app.tree())
        assert not any(secret in shown for secret in SECRETS.values())
        until(app, 'Escape', lambda: is_gone(app, 'Server host'), 'the form to close')
        assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-secrets-') as name:
    folder = pathlib.Path(name)
    for part in ('home', 'run', 'tmp', 'secret'):
        (folder / part).mkdir(mode=0o700)
    env = {**os.environ, 'HOME': str(folder / 'home'), 'XDG_RUNTIME_DIR': str(folder / 'run'), 'TMPDIR': str(folder / 'tmp'),
           'XDG_CONFIG_HOME': str(folder / 'home/config'), 'XDG_DATA_HOME': str(folder / 'home/data'),
           'PGSERVICEFILE': str(folder / 'secret/services')}
    server, redis = Postgres(settings=('fsync=off',)), Redis()
    try:
        server.create('secrets')
        at = f'postgres:{SECRETS["store"]}@127.0.0.1:{server.port}'
        store = f'postgresql://{at}/secrets'
        redis.command('ACL', 'SETUSER', 'reader', 'on', '>' + SECRETS['source'], '~*', '+@all')
        redis.add('orders', [b'Message #1: a', b'Message #2: b', b'Message #3: c'])
        source = f'redis://reader:{SECRETS["source"]}@127.0.0.1:{redis.port}/0?stream=orders&group=g'
        (folder / 'secret/services').write_text(f'[s]\npassword={SECRETS["service"]}\n')
        (folder / 'secret/environments.yaml').write_text(
            f'production:\n  database_type: postgresql\n  host: 127.0.0.1\n  port: {server.port}\n  database_name: secrets\n'
            f'  username: postgres\n  password: {SECRETS["config"]}\n')
        os.chmod(folder / 'secret/environments.yaml', 0o600)
        commands(store, source, folder, env)
        window(store, env, folder / 'window.log')
        given = [path for path in (folder / 'secret').iterdir()]
        assert found_in(folder, given) == [], found_in(folder, given)
        assert {name for _, name in found_in(folder)} == {'service', 'config'} # the search finds what is there
        dumped = server.psql('secrets', "SELECT string_agg(t.*::text, ' ') FROM portolan_audit t") + server.psql(
            'secrets', "SELECT coalesce(string_agg(t.*::text, ' '), '') FROM portolan_sources t")
        assert not any(secret in dumped for secret in SECRETS.values())
        kept = [path for path in (folder / 'home').rglob('*') if path.is_file()]
        assert any(path.suffix in ('.ini', '.conf') for path in kept), kept # settings were written
    finally:
        server.stop()
        redis.stop()
print('1 passed, 0 failed')
