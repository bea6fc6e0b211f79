#!/usr/bin/python3
"""keychain_window.py: a password that is typed once and kept in the desktop's keychain (a real Secret Service) opens the store
the next time, in the window and for commands, and stands nowhere on the disk in plain text; one that the server refuses is
asked for again. So it is with the password of a source, with and without a user; PORTOLAN_FROM_PASSWORD goes before it. Run by
window.sh."""
import sqlite3, tempfile
from windowbus import *

PASSWORD, NEXT = 'S3cret-keychain-5b1e', 'S3cret-next-77aa'
if not shutil.which('gnome-keyring-daemon'):
    missing('gnome-keyring-daemon')


def guarded(server, password):
    server.psql('postgres', f"ALTER ROLE guarded PASSWORD '{password}'")


def shown(app, name):
    return any(child and child.name == f'Portolan — {name}' for child in app.node)


def fill_password(app, password):
    node = app.get('Server password')
    node.queryComponent().grabFocus()
    node.queryEditableText().setTextContents(password)


def keep_in_keychain(app):
    """The list is called by what is chosen in it, as Qt has it on this bus."""
    box = app.get('for this session only', roles=('combo box',))
    a11y.wait(lambda: any('in the keychain of the desktop' in line for line in app.tree(box)), what='that there is a keychain')
    app.click(box)
    app.key('Down', 'Return')
    app.get('in the keychain of the desktop', roles=('combo box',))


def written(folder):
    for path in folder.rglob('*'):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            assert PASSWORD.encode() not in data and NEXT.encode() not in data, path


def messages(path):
    if not os.path.exists(path):
        return -1
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        return db.execute('SELECT count(*) FROM messages').fetchone()[0]


def source(env, name, user):
    """A Redis that wants a password, of a user or of nobody: typed once in the window's form, and kept."""
    redis = Redis()
    try:
        path = f'{name}/from-{user or "nobody"}.db'
        store = f'sqlite://{path}'
        portolan('migrate', '--store', store, 'up', env=env)
        redis.add('s', [b'first'])
        if user:
            redis.command('ACL', 'SETUSER', user, 'on', f'>{PASSWORD}', '~*', '&*', '+@all')
            redis.command('ACL', 'SETUSER', 'default', 'resetpass', '>nobody-knows')
        else:
            redis.command('CONFIG', 'SET', 'requirepass', PASSWORD)
        url = redis.url('s').replace('redis://', f'redis://{user}@' if user else 'redis://')
        words = [PROGRAM, 'receive', '--from', url, '--into', store, '--max', '1', '--idle-exit', '2']
        refused = subprocess.run(words, env=env, capture_output=True, timeout=300)
        assert messages(path) == 0 and b'password' in refused.stderr, refused

        app = a11y.App([PROGRAM, store], env=env)
        app.press('Choose the source…')
        # The form fills in what was received last as soon as it is known: it stands still when a text stays.
        def stays():
            app.type('Source', url, enter=False)
            time.sleep(0.5)
            return app.text('Source') == url
        a11y.wait(stays, what='the source')
        app.type('Source password', PASSWORD, enter=False)
        app.press('Keep in the keychain')
        picture(app, f'keychain-source-{user or "nobody"}')
        app.press('Start')
        a11y.wait(lambda: messages(path) == 1, what='the first message')
        shown = '\n'.join(app.tree())
        assert PASSWORD not in shown
        app.press('Stop receiving')
        assert leave(app) == 0

        redis.add('s', [b'second'])
        wrong = subprocess.run(words, env={**env, 'PORTOLAN_FROM_PASSWORD': 'wrong'}, capture_output=True, timeout=300)
        assert messages(path) == 1 and b'password' in wrong.stderr, wrong
        received = subprocess.run(words, env=env, capture_output=True, timeout=300)
        assert received.returncode == 0 and json.loads(received.stdout)['stored'] == 1, received
        assert PASSWORD.encode() not in received.stdout + received.stderr + refused.stderr

        redis.add('s', [b'third'])
        app = a11y.App([PROGRAM, store], env=env) # another session: it is not in this one's memory
        app.press('Start receiving')
        a11y.wait(lambda: messages(path) == 3, what='the third message')
        app.press('Stop receiving')
        assert leave(app) == 0
    finally:
        redis.stop()


with tempfile.TemporaryDirectory(prefix='portolan-keychain-') as name:
    folder = pathlib.Path(name)
    env = {**os.environ, 'HOME': name, 'XDG_CONFIG_HOME': f'{name}/config', 'XDG_DATA_HOME': f'{name}/data'}
    keyring = subprocess.Popen(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'], env=env,
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keyring.stdin.write(b'keyring\n')
    keyring.stdin.close()
    server = Postgres(settings=('fsync=off',))
    try:
        server.psql('postgres', 'CREATE ROLE guarded LOGIN SUPERUSER')
        server.psql('postgres', 'CREATE DATABASE vault OWNER guarded')
        guarded(server, PASSWORD)
        rules = pathlib.Path(server.data) / 'pg_hba.conf'
        rules.write_text('host all guarded 127.0.0.1/32 scram-sha-256\n' + rules.read_text())
        server.psql('postgres', 'SELECT pg_reload_conf()')
        store = f'postgresql://guarded@127.0.0.1:{server.port}/vault'
        portolan('migrate', '--store', store, 'up', env={**env, 'PORTOLAN_PASSWORD': PASSWORD})
        refused = subprocess.run([PROGRAM, 'list', 'tables', '--store', store], env=env, capture_output=True, timeout=300)
        assert refused.returncode == 1 and b'password' in refused.stderr, refused

        app = a11y.App([PROGRAM, store], env=env) # nobody knows it yet: the form asks
        a11y.wait(lambda: 'password' in described(app, 'What the test found'), what='the form, and why')
        assert not app.unnamed(), app.unnamed()
        fill_password(app, PASSWORD)
        keep_in_keychain(app)
        picture(app, 'keychain-form')
        app.press('Open')
        a11y.wait(lambda: shown(app, 'vault'), what='the store')
        app.table('Panes').wait_rows(lambda n: n > 3)
        assert leave(app) == 0

        listed = subprocess.run([PROGRAM, 'list', 'tables', '--store', store], env=env, capture_output=True, timeout=300)
        assert listed.returncode == 0 and b'checkpoints' in listed.stdout, listed
        app = a11y.App([PROGRAM, store, '--pane', 'tables'], env=env)
        app.table('Tables').wait_rows(lambda n: n > 10)
        assert leave(app) == 0

        guarded(server, NEXT) # what is kept does not open it any more
        app = a11y.App([PROGRAM, store], env=env)
        a11y.wait(lambda: 'password' in described(app, 'What the test found'), what='the form, and why')
        fill_password(app, NEXT)
        app.press('Open')
        app.choose('Panes', 'Tables')
        app.table('Tables').wait_rows(lambda n: n > 10)
        assert leave(app) == 0
        source(env, name, '')
        source(env, name, 'keeper')
        written(folder)
        assert not list(folder.rglob('passwords.json'))
        assert list((folder / 'data').rglob('*.keyring')), 'the keyring keeps a file'
    finally:
        server.stop()
        keyring.terminate()
        keyring.wait(20)
print('1 passed, 0 failed')
