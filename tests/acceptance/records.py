"""Mixed payloads of all nine kinds, the ledger of what a SQLite store has to hold for them, and the store's side of it,
read by another program."""
import collections, contextlib, datetime, json, sqlite3

# What identifies a row of a kind, in the ledger and in the store.
QUERIES = {
    'message': 'SELECT message_number, content FROM messages',
    'port_message': 'SELECT id, port_name, message_data, status, retry_count, max_retries FROM port_messages',
    'sensor_event': 'SELECT m.event_id, m.sensor_id, m.timestamp, m.value FROM metrics m JOIN processed_events p '
                    'ON p.event_id = m.event_id AND p.sensor_id = m.sensor_id',
    'component_metric': 'SELECT component_name, metric_name, metric_value, metric_unit FROM component_metrics',
    'port_metric': 'SELECT port_name, messages_sent, buffer_utilization FROM port_metrics',
    'health': 'SELECT component_name, health_status, health_details FROM system_health',
    'checkpoint': 'SELECT checkpoint_name, version, checkpoint_data, is_latest FROM checkpoints',
    'component_state': 'SELECT component_name, component_type, version, state_data FROM component_state',
    'sink_record': 'SELECT sink_name, data_type, data FROM sink_storage',
}


def by_value(cell):
    if isinstance(cell, str):
        with contextlib.suppress(ValueError):
            return by_value(json.loads(cell))
        with contextlib.suppress(ValueError):
            return datetime.datetime.fromisoformat(cell.replace('Z', '+00:00')).timestamp()
        return cell
    return json.dumps(cell, sort_keys=True) if isinstance(cell, (dict, list)) else cell if cell is None else float(cell)


class Mixture:
    """Makes payloads and writes down what the store has to hold for them."""

    def __init__(self):
        self.rows = {kind: collections.Counter() for kind in QUERIES}
        self.last = collections.Counter()  # checkpoints and states: the last version of each name
        self.latest = {}                   # checkpoints: the row that is the latest of its name
        self.sent = 0

    def payloads(self, count):
        return [self._payload(self._next()) for _ in range(count)]

    def _next(self):
        self.sent += 1
        return self.sent

    def _payload(self, n):
        kind = list(QUERIES)[n * 7919 % 9]
        fields = getattr(self, '_' + kind)(n)
        return json.dumps(({'kind': kind} if n % 2 else {}) | fields, ensure_ascii=n % 3 == 0).encode()

    def _message(self, n):
        self.rows['message'][n, f'message ä {n}'] += 1
        return {'message_number': n, 'content': f'message ä {n}'}

    def _port_message(self, n):
        given, data = f'{n:08x}-0000-4000-8000-000000000000', {'n': n, 'big': 2 ** 63 + n}
        self.rows['port_message'][given, f'port {n % 5}', json.dumps(data), 'pending', 0, n % 4] += 1
        return {'port_name': f'port {n % 5}', 'source_component': 'a', 'target_component': 'b', 'message_data': data,
                'id': given, 'max_retries': n % 4}

    def _sensor_event(self, n):
        self.rows['sensor_event'][f'event {n}', f'sensor {n % 3}', '2025-10-16T14:56:05.000Z', n / 8] += 1
        return {'event_id': f'event {n}', 'sensor_id': f'sensor {n % 3}', 'timestamp': '2025-10-16T14:56:05Z', 'value': n / 8}

    def _component_metric(self, n):
        self.rows['component_metric'][f'c{n % 4}', 'latency', float(n), 'ms'] += 1
        return {'component_name': f'c{n % 4}', 'metric_name': 'latency', 'metric_value': n, 'metric_unit': 'ms'}

    def _port_metric(self, n):
        self.rows['port_metric'][f'port {n % 5}', n, 0.5] += 1
        return {'port_name': f'port {n % 5}', 'messages_sent': n, 'buffer_utilization': 0.5}

    def _health(self, n):
        self.rows['health'][f'c{n}', 'degraded', json.dumps({'n': n})] += 1
        return {'component_name': f'c{n}', 'health_status': 'degraded', 'health_details': {'n': n}}

    def _checkpoint(self, n):
        name = f'checkpoint {n % 7}'
        self.last[name] += 1
        if name in self.latest:
            before = self.latest[name]
            self.rows['checkpoint'][before + (1,)] -= 1
            self.rows['checkpoint'][before + (0,)] += 1
        self.latest[name] = (name, self.last[name], str(n))
        self.rows['checkpoint'][self.latest[name] + (1,)] += 1
        return {'checkpoint_name': name, 'component_name': 'c', 'checkpoint_data': n}

    def _component_state(self, n):
        name = f'state {n % 7}'
        self.last[name] += 1
        self.rows['component_state'][name, 'Sink', self.last[name], f'[{n}]'] += 1
        return {'component_name': name, 'component_type': 'Sink', 'state_data': [n], 'version': self.last[name]}

    def _sink_record(self, n):
        self.rows['sink_record'][f'sink {n % 2}', None, f'"{n}"'] += 1
        return {'sink_name': f'sink {n % 2}', 'data': str(n)}

    def _compare(self, rows_of, form=lambda row: row):
        wrong = []
        for kind, query in QUERIES.items():
            found, expected = collections.Counter(map(form, rows_of(query))), collections.Counter()
            for row, count in (+self.rows[kind]).items():
                expected[form(row)] += count
            missing, extra = expected - found, found - expected
            if missing or extra:
                wrong.append(f'{kind}: {sum(missing.values())} missing (e.g. {list(missing)[:1]}), '
                             f'{sum(extra.values())} too many (e.g. {list(extra)[:1]})')
        return wrong

    def differences_on_server(self, server, database):
        """Empty, or what a PostgreSQL store holds otherwise, read by psql. Documents, numbers, times and flags are
        compared by their value: the server has types of its own for them."""
        def rows_of(query):
            text = server.psql(database, f'SELECT row_to_json(q) FROM ({query}) AS q')
            return [tuple(json.loads(line).values()) for line in text.splitlines()]
        return '; '.join(self._compare(rows_of, lambda row: tuple(map(by_value, row))))

    def differences(self, path):
        """Empty, or what a SQLite store holds otherwise, to the byte."""
        with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
            wrong = self._compare(lambda query: db.execute(query).fetchall())
            guards, metrics = (db.execute(f'SELECT count(*) FROM {t}').fetchone()[0] for t in ('processed_events', 'metrics'))
            if guards != metrics:
                wrong.append(f'{guards} processed events, {metrics} metrics')
            sound = db.execute('PRAGMA integrity_check').fetchone()[0]
            if sound != 'ok':
                wrong.append(f'integrity: {sound}')
        return '; '.join(wrong)
