#!/usr/bin/env python3
"""copy.py: `portolan copy` into a folder of batch files, out of SQLite and out of another folder, killed at kill point after
kill point and at random instants, then run once more: the folder has the same bytes as one that nobody interrupted, `verify` finds
nothing, and what comes again from the source is stored by nobody. The naive way, `cp -r` of the lines alone, is caught.
PORTOLAN_LONG=1 takes every kill point (PORTOLAN_STEP=N: every Nth) and 100 instants."""
import shutil
from faultlab import *

COUNT = 230
KILLS = instants(4, 100)


class Copies:
    def __init__(self, kind, folder, redis):
        self.folder, self.redis, self.groups, self.stream = folder, redis, 0, f'orders-{kind}'
        self.source = {'sqlite': f'sqlite://{folder}/s.db', 'files': f'file://{folder}/from'}[kind]
        self.sent = [json.dumps({'kind': 'message', 'message_number': n, 'content': f'order\n{n}'}).encode()
                     for n in range(1, COUNT + 1)] + [b'{"kind": "message"}'] * 3
        redis.add(self.stream, self.sent)
        assert self.again(self.source, check=(3,))['stored'] == COUNT
        self.into = f'{folder}/into'
        self.words = [PROGRAM, 'copy', '--from', self.source, '--into', f'file://{self.into}']
        self.finish()
        self.whole = self.files()
        assert sum(lines.count(b'\n') for lines in self.whole.values()) == COUNT

    def again(self, url, check=(0, 3)):
        """The whole stream comes once more; what the receiver counts."""
        self.groups += 1
        return receive(self.redis.url(self.stream, f'group{self.groups}'), url, '--idle-exit', '0.2', check=check)

    def files(self):
        place = pathlib.Path(self.into, 'example_receiver', 'messages')
        return {file.name: file.read_bytes() for file in place.iterdir()} if place.exists() else {}

    def finish(self):
        run = subprocess.run(self.words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert run.returncode == 0, (run.returncode, run.stderr)
        assert json.loads(run.stdout.splitlines()[-1])['differences'] == 0, run.stdout

    def wrong_with(self):
        wrong = [] if self.files() == self.whole else ['other bytes']
        url = f'file://{self.into}'
        if portolan('verify', '--store', url, check=None).returncode != 0:
            wrong.append('verify finds something')
        if len(listing(url, 'rejects')) != 3:
            wrong.append('rejects are missing, or there twice')
        counts = self.again(url)
        if counts != {'received': COUNT + 3, 'stored': 0, 'duplicates': COUNT + 3, 'rejected': 0, 'gaps': 0}:
            wrong.append(f'{counts} came again')
        return '; '.join(wrong)


def listing(url, what):
    run = portolan('list', what, '--store', url, '--limit', '0', '--format', 'jsonl')
    return [json.loads(line) for line in run.stdout.splitlines()]


def run(kind, folder, redis, rng):
    copies = Copies(kind, folder, redis)
    assert not copies.wrong_with(), copies.wrong_with()
    shutil.rmtree(copies.into)
    _, calls, _ = killed_at(0, copies.words)
    points = range(1, calls + 1, STEP) if LONG else range(1, calls + 1, max(1, calls // 12))
    kills, amid = 0, 0
    for nth in [*points, *[0] * KILLS]:
        shutil.rmtree(copies.into, ignore_errors=True)
        if nth:
            kills += killed_at(nth, copies.words)[0]
        else:
            process = subprocess.Popen(copies.words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.01, 0.3))
            process.kill()
            kills += process.wait() != 0
        amid += 0 < len(copies.files()) and not pathlib.Path(copies.into, 'example_receiver', '.portolan', 'index').exists()
        copies.finish()
        wrong = copies.wrong_with()
        assert not wrong, (kind, nth, wrong)
    assert amid > 0, 'no kill met a copy that had written'
    shutil.rmtree(f'{copies.into}/example_receiver/.portolan')  # as the lines alone would be copied
    assert copies.wrong_with(), 'an oracle that lets this pass proves nothing'
    print(f'{kind}: {kills} kills of {calls} kill points and {KILLS} instants, {amid} while lines went, equal', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-copy-') as folder:
    redis = Redis()
    try:
        for kind in ('sqlite', 'files'):
            os.mkdir(f'{folder}/{kind}')
            run(kind, f'{folder}/{kind}', redis, random.Random(SEED))
    finally:
        redis.stop()
