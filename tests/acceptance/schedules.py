"""Schedules as another program sees and changes them: what the tests of `schedule` and `run-due` share."""
from pipeline import *


class InDatabase(Database):
    def __init__(self, place, name='schedule'):
        super().__init__(place, name)
        portolan('migrate', 'up', '--store', self.url)

    def set(self, name, **columns):
        """`next_run_at` and `lease_until` in seconds from now; `command` as its words."""
        values = [f"{column} = {self.quoted(json.dumps(value)) if column == 'command' else self.at(value)}" for column, value in columns.items()]
        self.sql(f"UPDATE portolan_schedule SET {', '.join(values)} WHERE name = '{name}'")

    def quoted(self, text):
        return "'" + text.replace("'", "''") + "'"

    def acts(self):
        """(action, subject) of every act about the schedule, in their order."""
        return [(act['action'], act['subject_id']) for act in rows(portolan('list', 'audit', '--store', self.url, '--limit', '0', '--format', 'jsonl',
                                                                          '--filter', 'subject_kind:schedule'))]


class InFiles:
    def __init__(self, folder):
        self.kind, self.url = 'files', f'file://{folder}/files'
        self.own = pathlib.Path(folder) / 'files' / 'example_receiver' / '.portolan'
        (self.own.parent / 'messages').mkdir(parents=True)

    def state(self):
        return json.loads((self.own / 'operations' / 'state.json').read_bytes())

    def set(self, name, **columns):
        state = self.state()
        [entry] = [entry for entry in state['schedule']['entries'] if entry['name'] == name]
        for column, value in columns.items():
            entry[column] = value if column == 'command' else time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + value))
        (self.own / 'operations' / 'state.json').write_text(json.dumps(state))

    def acts(self):
        if not (self.own / 'operations' / 'state.json').exists():
            return []
        lines = (self.own / 'operations' / 'audit.jsonl').read_bytes()[:self.state()['audit_bytes']].splitlines()
        acts = [json.loads(line) for line in lines]
        assert [act['id'] for act in acts] == list(range(1, self.state()['audit_entries'] + 1)), acts
        return [(act['action'], act['subject_id']) for act in acts if act['subject_kind'] == 'schedule']
