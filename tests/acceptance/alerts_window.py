#!/usr/bin/python3
"""alerts_window.py: alerts in the window, through the accessibility bus (run by window.sh): a desktop of the test's own is
told when dead letters rise, once; the card of the overview leads to them; the dialog acknowledges, changes a rule and says
what is wrong with one."""
import contextlib, sqlite3, subprocess, tempfile
from windowbus import *

# What a desktop does with a notification, told on standard output.
DESKTOP = '''
import json, sys
from gi.repository import Gio, GLib
node = Gio.DBusNodeInfo.new_for_xml("""<node><interface name='org.freedesktop.Notifications'><method name='Notify'>
<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>
<arg type='u' direction='out'/></method></interface></node>""")
def on_call(connection, sender, path, interface, method, arguments, invocation):
    print(json.dumps(arguments.unpack()), flush=True)
    invocation.return_value(GLib.Variant('(u)', (1,)))
def on_bus(connection, name):
    connection.register_object('/org/freedesktop/Notifications', node.interfaces[0], on_call, None, None)
Gio.bus_own_name(Gio.BusType.SESSION, 'org.freedesktop.Notifications', Gio.BusNameOwnerFlags.NONE, on_bus,
                 lambda *_: print('there', flush=True), lambda *_: sys.exit('no bus'))
GLib.MainLoop().run()
'''


def letters(path, count):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for n in range(count):
            db.execute("INSERT INTO port_messages (port_name, source_component, target_component, message_data, status, "
                       "error_message) VALUES ('orders', 'intake', 'check', '{}', 'dead_letter', 'timeout')")
        db.commit()


def shows(app, text):
    a11y.wait(lambda: app.find(text), what=text)


def names(app):
    """Of all that is there."""
    found, left = [], [app.node]
    while left:
        node = left.pop()
        found.append(node.name)
        left += [child for child in node if child is not None]
    return found


def value(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchone()[0]


def walk(theme, folder):
    path = f'{folder}/night-{theme}.db'
    store = f'sqlite://{path}'
    portolan('migrate', 'up', '--store', store)
    portolan('alerts', 'set', 'disk-low', '--threshold', '1', '--store', store)
    desktop = subprocess.Popen(['/usr/bin/python3', '-c', DESKTOP], stdout=subprocess.PIPE, text=True)
    try:
        assert desktop.stdout.readline() == 'there\n'
        app = a11y.App([PROGRAM, store, '--theme', theme])
        shows(app, 'No alert fires: 11 watched')
        picture(app, f'alerts-quiet-{theme}')
        letters(path, 12)
        told = json.loads(desktop.stdout.readline())  # within the fifteen seconds that a look may take to come
        assert told[0] == 'Portolan' and told[3] == f'night-{theme}.db', told
        assert told[4] == 'Dead letters rising: 12 in 10 min (from 10 on)', told
        line = 'Dead letters rising: 12 in 10 min (from 10 on): firing'
        shows(app, line)
        assert value(path, "SELECT count(*) FROM portolan_alerts WHERE name <> 'disk-low'") == 0
        picture(app, f'alerts-firing-{theme}')

        # The line leads to the letters.
        app.press(line)
        app.table('Dead letters').wait_rows(lambda n: n == 12)
        assert app.text('Filter') == 'age<600s', app.text('Filter')

        # The rules, by the palette's action.
        app.key('ctrl+k')
        app.type('Command', 'Alerts of this store')
        alerts = app.table('Alerts')
        a11y.wait(lambda: alerts.rows == 11 and alerts.cell(0, 0) == '✖ firing', what='the alerts')
        picture(app, f'alerts-dialog-{theme}')
        app.press('Acknowledge')
        a11y.wait(lambda: alerts.cell(0, 0) == '▲ acknowledged', what='acknowledged')
        assert value(path, "SELECT state FROM portolan_alerts WHERE name = 'dead-letters-rising'") == 'acknowledged'
        app.type('Filter of the alert', 'port_name:orders nowhere:1', enter=False)
        a11y.wait(lambda: any('18' in name and 'nowhere' in name for name in names(app)), what='the mistake')
        picture(app, f'alerts-mistake-{theme}')
        app.type('Filter of the alert', 'port_name:orders', enter=False)
        app.press('Save')
        a11y.wait(lambda: value(path, "SELECT filter FROM portolan_alerts WHERE name = 'dead-letters-rising'") == 'port_name:orders',
                  what='the rule in the store')
        assert not app.unnamed(), app.unnamed()
        app.press('Close')
        assert leave(app) == 0
    finally:
        desktop.kill()
        desktop.wait()


with tempfile.TemporaryDirectory(prefix='portolan-alerts-') as folder:
    for theme in ('light', 'dark') if pictures else ('light',):  # the other is for the eye
        walk(theme, folder)
print('1 passed, 0 failed')
