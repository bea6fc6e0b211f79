#!/usr/bin/python3
"""manual.py: the manual page and the completions are of the table of commands, and shells and man read them; the diagnostics
tell of versions, and nothing of whoever runs it."""
import re
from pipeline import *


def told(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True, timeout=300).stdout


names = re.findall(r'^  ([a-z]+) +[A-Z]', told('--help').split('Commands:')[1], re.M)
assert len(names) > 20 and {'receive', 'bundle', 'completion'} <= set(names), names
options = {name: set(re.findall(r'^  --([a-z-]+)', told(name, '--help'), re.M)) for name in names}

page = told('manual')
plain = page.replace('\\-', '-')
for name in names:
    section = plain.split(f'\n.SS {name}')[1].split('\n.SS ')[0].split('\n.SH ')[0]
    assert set(re.findall(r'^\.B --([a-z-]+)', section, re.M)) == options[name] - {'help'}, name
dated = subprocess.run([PROGRAM, 'manual'], env={**os.environ, 'SOURCE_DATE_EPOCH': '86400'}, capture_output=True, text=True).stdout
assert '1970-01-02' in dated and '1970-01-02' not in page
if shutil.which('man'):
    done = subprocess.run(['man', '--warnings', '-l', '-'], input=page, capture_output=True, text=True,
                          env={**os.environ, 'MANWIDTH': '80', 'LC_ALL': 'C.UTF-8'})
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert '--every-state' in done.stdout and "'port_name:orders" in done.stdout

script = told('completion', 'bash')


def completed(*words):
    """What bash proposes behind these words, the last of which is unfinished."""
    line = f'{script}\nCOMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _portolan; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(['bash', '--norc', '-c', line], capture_output=True, text=True, cwd='/', timeout=300)
    assert not done.stderr, done.stderr
    return set(done.stdout.split())


assert completed('portolan', 'rep') == {'replay', 'report'}
assert completed('portolan', 'list', 'dead-') == {'dead-letters', 'dead-letter-groups'}
assert completed('portolan', 'list', 'object') == {'object-models'} and completed('portolan', 'list', 'migr') == {'migrations'}
assert completed('portolan', 'export', 'batch') == {'batches'} and not completed('portolan', 'export', 'migr')
assert not completed('portolan', 'diff', 'batch') and not completed('portolan', 'model', 'batch')
listed = re.search(r'^  WHAT +(.*)$', told('list', '--help'), re.M)[1].replace(' or ', ', ').split(', ')
assert set(listed) == completed('portolan', 'list', "''") and 'object-models' in listed, listed
unknown = subprocess.run([PROGRAM, 'list', 'nonsense', '--store', 'sqlite:x.db'], capture_output=True, text=True)
assert unknown.returncode == 2 and ', '.join(listed) in unknown.stderr, unknown
assert completed('portolan', 'replay', '--ca') == {'--canary', '--cancel'}
assert completed('portolan', 'replay', '--store', '/et') == {'/etc'}
assert '--theme' in completed('portolan', '--')
for name in names:
    assert completed('portolan', name, '--') == {f'--{option}' for option in options[name] | {'help'}}, name
for shell in ('zsh', 'fish'):
    text = told('completion', shell)
    for name in names:
        assert name in text
        for option in options[name] - {'help'}:
            assert (f'--{option}' if shell == 'zsh' else f'-l {option} ') in text, (shell, name, option)
    if shutil.which(shell):
        subprocess.run([shell, '-n', '/dev/stdin'], input=text, text=True, check=True)
wrong = subprocess.run([PROGRAM, 'completion', 'tcsh'], capture_output=True, text=True)
assert wrong.returncode == 2 and 'bash' in wrong.stderr

secret = {'PGPASSWORD': 'sesame-1', 'PORTOLAN_PASSWORD': 'sesame-2', 'PGHOST': 'sesame-3', 'PGUSER': 'sesame-4', 'PGDATABASE': 'sesame-5',
          'PGSERVICE': 'sesame-6', 'HOME': '/sesame-7', 'USER': 'sesame-8', 'TMPDIR': '/tmp', 'PGPASSFILE': '/sesame-9'}
done = subprocess.run([PROGRAM, 'diagnostics'], env={**os.environ, **secret}, check=True, capture_output=True, text=True)
assert 'sesame' not in done.stdout + done.stderr and socket.gethostname() not in done.stdout, done.stdout
for word in ('Portolan', 'Qt ', 'SQLite', 'libpq', 'PGPASSWORD', 'Kernel'):
    assert word in done.stdout, done.stdout
print('1 passed, 0 failed')
